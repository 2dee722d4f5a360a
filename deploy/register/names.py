"""Names that are common in Sweden, and how an address is made of one."""

WOMEN = (
    "Anna", "Maria", "Margareta", "Elisabeth", "Eva", "Birgitta", "Kristina", "Karin", "Elisabet", "Marie",
    "Ingrid", "Christina", "Sofia", "Linnéa", "Kerstin", "Marianne", "Lena", "Helena", "Emma", "Johanna",
    "Inger", "Linda", "Cecilia", "Sara", "Elin", "Anita", "Ulla", "Viktoria", "Gunilla", "Louise",
    "Susanne", "Ida", "Malin", "Hanna", "Jenny", "Åsa", "Annika", "Monica", "Barbro", "Gun", "Yvonne",
    "Siv", "Britt", "Astrid", "Märta", "Gunnel", "Pernilla", "Lisbeth", "Mona", "Zahra", "Fatima", "Leila",
    "Amira", "Nora", "Alva", "Ebba", "Wilma", "Ylva", "Moa", "Solveig",
)  # fmt: skip

MEN = (
    "Erik", "Lars", "Karl", "Anders", "Johan", "Per", "Nils", "Carl", "Mikael", "Jan", "Hans", "Lennart",
    "Olof", "Peter", "Gunnar", "Sven", "Fredrik", "Bengt", "Daniel", "Bo", "Alexander", "Gustav", "Göran",
    "Åke", "Magnus", "Martin", "Andreas", "Stefan", "John", "Leif", "Björn", "Thomas", "Henrik", "Ulf",
    "Mats", "Jonas", "Stig", "Axel", "Kjell", "Rolf", "Robert", "Christer", "Ingemar", "Tommy", "Arne",
    "Håkan", "Roland", "Börje", "Ali", "Mohamed", "Hassan", "Omar", "Elias", "Oskar", "Viktor", "Filip",
    "Sixten", "Torbjörn", "Östen", "Pär",
)  # fmt: skip

FAMILIES = (
    "Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Olsson", "Persson", "Svensson",
    "Gustafsson", "Pettersson", "Jonsson", "Jansson", "Hansson", "Bengtsson", "Jönsson", "Lindberg",
    "Jakobsson", "Magnusson", "Lindström", "Olofsson", "Lindqvist", "Lindgren", "Berg", "Axelsson",
    "Bergström", "Lundberg", "Lind", "Lundgren", "Lundqvist", "Mattsson", "Berglund", "Fredriksson",
    "Sandberg", "Henriksson", "Ali", "Mohamed", "Forsberg", "Sjöberg", "Wallin", "Engström", "Eklund",
    "Danielsson", "Lundin", "Håkansson", "Björk", "Bergman", "Gunnarsson", "Holm", "Wikström", "Samuelsson",
    "Isaksson", "Fransson", "Bergqvist", "Nyström", "Holmberg", "Arvidsson", "Löfgren", "Söderberg",
    "Nyberg", "Blomqvist", "Claesson", "Nordström", "Mårtensson", "Lundström", "Ahmed", "Hassan", "Viklund",
    "Björklund", "Eliasson", "Pålsson", "Berggren", "Sandström", "Lund", "Nordin", "Ström", "Åberg",
    "Falk", "Ekström", "Hermansson", "Holmgren", "Hellström", "Dahlberg", "Hedlund", "Sundberg", "Sjögren",
    "Ek", "Blom", "Abrahamsson", "Öberg", "Martinsson", "Andreasson", "Strömberg", "Månsson", "Hansen",
    "Åkesson", "Dahl", "Lindholm", "Norberg", "Åström", "Hedberg", "Holmqvist", "Jonasson", "Ivarsson",
    "Sundström", "Melin", "Moberg", "Palm", "Ottosson", "Åkerlund", "Öhman", "Rydén", "Ekdahl", "Kjellberg",
    "Lagerqvist", "Nyman", "Hägg", "Wåhlin", "Sjödin", "Thorén", "Korhonen", "Nowak", "Novak",
)  # fmt: skip

_LETTERS = str.maketrans("åäöéèüæø", "aaoeeuao")


def in_address(name: str) -> str:
    """Return a name as it stands in an address: lower case, without diacritics or spaces."""
    return "".join(letter for letter in name.lower().translate(_LETTERS) if letter.isalnum() or letter == "-")
