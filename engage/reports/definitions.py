"""What each figure means (rule 2026-1): one definition for everybody, wherever the figure stands."""

from __future__ import annotations

from engage.kernel.words import N_

INDICATORS = {
    "P1": (
        N_("Instances où des gens concernés prennent part"),
        N_(
            "Parmi les instances actives de l’année, par genre: y a-t-il au moins un geste prouvé (A ou B) de quelqu’un qui vit la pauvreté ou l’exclusion? Publié en oui ou non."
        ),
    ),
    "P2": (
        N_("Gens qui vivent la pauvreté ou l’exclusion, et qui ont pris part"),
        N_(
            "Des personnes distinctes: une personne qui vote par texto et vient à une rencontre compte une fois. Elle a dit «oui, aujourd’hui» et accepte d’être comptée. Un geste sans personne connue n’est jamais compté comme une personne."
        ),
    ),
    "P3": (
        N_("Jusqu’où va la participation"),
        N_("Le niveau de chaque instance vient de sa règle écrite: 0 informés, 1 consultés, 2 écoutés avec une réponse, 3 bâtissent avec nous, 4 décident."),
    ),
    "P4": (
        N_("Places gardées, remplies, et votes donnés"),
        N_("Combien de places sont gardées, combien sont tenues par des gens concernés, et s’ils votent. Jamais dans quel sens."),
    ),
    "P5": (
        N_("Jamais seul·e"),
        N_("Parmi les comités où il y a quelqu’un de concerné, ceux où il y en a toujours 2 ou plus."),
    ),
    "P6": (N_("Présences"), N_("La part des rencontres où les membres concernés étaient là, à côté de celle des autres membres.")),
    "P7": (
        N_("Aides offertes"),
        N_("Trajet, garde, repas, allocation, papiers simples 7 jours avant, préparation et retour: à combien de rencontres c’était offert."),
    ),
    "P8": (
        N_("Réponses aux avis"),
        N_("Les avis répondus en 90 jours, parmi ceux reçus; et ceux qui ont changé quelque chose. Lu, ou à l’étude, n’est pas une réponse."),
    ),
    "P9": (N_("Par quels moyens"), N_("Site, texto, appel, papier, tablette, avec de l’aide: le nombre de gestes par chacun.")),
    "P10": (N_("Encore là après 12 mois"), N_("Les membres concernés encore à leur place 12 mois après l’avoir prise, et pourquoi les autres sont partis.")),
    "P11": (
        N_("Le rang des priorités"),
        N_("Le rang que donnent les gens concernés, à côté de celui de tout le monde, à partir de 20 bulletins, arrondi. Il vient d’une seconde enveloppe scellée: rien ne relie une personne à son bulletin."),
    ),
    "P12": (N_("Gens rejoints sur 1 000"), N_("Éteint: il faudrait une table officielle des personnes à faible revenu par territoire.")),
    "P13": (
        N_("Genre, handicap"),
        N_("Réponses libres, une dimension à la fois, à partir de 20 personnes qui l’ont dite."),
    ),
    "P14": (N_("Besoins demandés, puis comblés"), N_("Ce que les membres ont demandé pour venir, et ce qui a été donné.")),
}  # fmt: skip
"""By id: a title, and how it is counted."""
READINGS = {
    "minimal": (
        N_("5 personnes ou plus"),
        N_("Atteinte avec 5 personnes distinctes ou plus, connues par leurs propres gestes (A ou B), au niveau 1 ou plus. Sous 5: trop peu pour publier."),
    ),
    "strong": (
        N_("Elles décident aussi"),
        N_("Atteinte avec 2 personnes ou plus dans un comité de niveau 3 ou 4, à la moitié de ses rencontres, et la moitié des avis répondus."),
    ),
}  # fmt: skip
GRADES = {
    "A": N_("le propre geste de la personne"),
    "A-aided": N_("son geste, avec quelqu’un qui aide"),
    "B": N_("une présence notée par l’équipe, que la personne peut nier"),
    "C": N_("un nombre déclaré par la région"),
}
"""How a fact came to be known."""
