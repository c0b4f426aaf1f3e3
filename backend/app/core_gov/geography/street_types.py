"""Street types and directions, and the abbreviations of other words of street names.

From USPS Publication 28, appendices B and C1, and from the lists of Canada Post's Addressing Guidelines, with other
spellings that files contain. The first word of an entry is the one that keys use.
"""

from collections.abc import Mapping


def table(entries: str) -> dict[str, str]:
    """Map each spelling to the canonical one, which is the first word of its entry."""
    return {word: words[0] for words in map(str.split, entries.split(";")) for word in words}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = table("""
    aly alley allee ally; anx anex annex annx; arc arcade; ave av aven avenu avenue avn avnue; byu bayou bayoo;
    bch beach; bnd bend; blf bluf bluff; blfs bluffs; btm bot bottm bottom; blvd boul boulevard boulv bvd blv bl;
    br brnch branch; brg brdge bridge; brk brook; brks brooks; bg burg; bgs burgs; byp bypa bypas bypass byps;
    cp camp cmp; cyn canyn canyon cnyn; cpe cape; cswy causeway causwa; ctr cen cent center centr centre cnter cntr;
    ctrs centers centres; cir circ circl circle crcl crcle; cirs circles; clf cliff; clfs cliffs; clb club;
    cmn common; cmns commons; cor corner; cors corners; crse course; ct court crt; cts courts; cv cove; cvs coves;
    crk creek; cres crescent crsent crsnt cresc crsc; crst crest; xing crossing crssng; xrd crossroad; xrds crossroads;
    curv curve; dl dale; dm dam; dv div divide dvd; dr drive driv drv; drs drives; est estate; ests estates;
    expy exp expr express expressway expw expwy; ext extension extn extnsn; exts extensions; fall; fls falls;
    fry ferry frry; fld field; flds fields; flt flat; flts flats; frd ford; frds fords; frst forest forests;
    frg forg forge; frgs forges; frk fork; frks forks; ft fort frt; fwy freeway freewy frway frwy;
    gdn garden gardn grden grdn; gdns gardens grdns; gtwy gateway gatewy gatway gtway; gln glen; glns glens;
    grn green; grns greens; grv grove grov; grvs groves; hbr harb harbor harbr hrbor harbour; hbrs harbors harbours;
    hvn haven; hts heights ht hgts hgt; hwy highway highwy hiway hiwy hway; hl hill; hls hills;
    holw hollow hllw hollows holws; inlt inlet; is island islnd; iss islands islnds; isle isles;
    jct jction jctn junction junctn juncton; jcts jctns junctions; ky key; kys keys; knl knol knoll; knls knolls;
    lk lake; lks lakes; land; lndg landing lndng; ln lane; lgt light; lgts lights; lf loaf; lck lock; lcks locks;
    ldg ldge lodg lodge; loop loops; mall; mnr manor; mnrs manors; mdw meadow; mdws meadows medows; mews; ml mill;
    mls mills; msn mission missn mssn; mtwy motorway; mt mnt mount; mtn mntain mntn mountain mountin mtin;
    mtns mntns mountains; nck neck; orch orchard orchrd; oval ovl; opas overpass; park parks prk;
    pkwy parkway parkwy pkway pky parkways pkwys; pass; psge passage; path paths; pike pikes; pne pine; pnes pines;
    pl place plc; pln plain; plns plains; plz plaza plza; pt point; pts points; prt port; prts ports;
    pr prairie prr; radl rad radial radiel; ramp; rnch ranch ranches rnchs; rpd rapid; rpds rapids; rst rest;
    rdg ridge rdge; rdgs ridges; riv river rvr rivr; rd road; rds roads; rte route rt; row; rue; run; shl shoal;
    shls shoals; shr shore shoar; shrs shores shoars; skwy skyway; spg spring spng sprng; spgs springs spngs sprngs;
    spur spurs; sq square sqr sqre squ; sqs squares sqrs; sta station statn stn;
    stra strav straven stravenue stravn strvn strvnue; strm stream streme; st street strt str; sts streets;
    smt summit sumit sumitt; ter terrace terr; trwy throughway; trce trace traces; trak track tracks trk trks;
    trfy trafficway; trl trail trails trls; trlr trailer trlrs; tunl tunel tunnel tunnels tunls tunnl;
    tpke turnpike trnpk turnpk; upas underpass; un union; uns unions; vly valley vally vlly; vlys valleys;
    via vdct viadct viaduct; vw view; vws views; vlg village vill villag villg villiage; vlgs villages; vl ville;
    vis vista vist vst vsta; walk walks; wall; way wy; ways; wl well; wls wells;
    close; gate gates; line; link; rise; cll calle; cam camino; pso paseo
""")

# Only what differs from the table above. French types keep their own names here, because they come first.
_CANADIAN = table("""
    abbey; acres; bay; byway; campus; cds; chase; circt circuit; conc concession; cors crnrs; dell; divers diversion;
    downs; end; espl esplanade; ests estate estates; ext exten; farm; front; glade; grnds grounds; heath;
    hghlds highlands;
    lmts limits; lkout lookout; lndg landng; maze; moor; parade; park pk; ptway pathway; plat plateau; pvt private;
    prom promenade; quay; rge range rg; subdiv subdivision; thick thicket; towers; tline townline; trl tr; camp cmp;
    trnabt turnabout; vale; via; vlg villge; villas; wharf; wood; wynd;
    allee; blvd bd; aut autoroute; car carre; carref carrefour; cercle; ch chemin chem; cour; cours; cote;
    crois croissant; ech echangeur; ile; imp impasse; mtee montee; parc; pointe; quai; rdpt; rle ruelle; sent sentier;
    rang; tsse terrasse; voie
""")
CLOSING: Mapping[str, Mapping[str, str]] = {
    "CA": table("""
        xing cross; psge pass; ctr c; cres cr; bay ba; blvd bv; cir ci; close cl; cmn cm; gate ga; gdns gd; grn gr;
        grv gv; heath he; link li; lndg ld; mews me; mnr mr; park pa; pkwy py; rise ri; row ro; ter te; walk wk
    """),
    "US": {},
}
"""Words that are abbreviations only where a type is expected: "91 Fox Cross", but not "91 Cross St".

Those of two letters are the codes of Calgary.
"""

_OTHER_WORDS = table("""
    bsmt basement bsmnt bsment basmt; bldg building bld; bus business; co county cnty cty; dr doctor; fl floor flr;
    ft fort; ground grnd; pvt private priv;
    front frnt; lobby lbby; lower lowr lwr downstairs; mt mount; ofc office; rm room; reg regional; rge range;
    rear; jr junior; spc space; st saint sainte; twp township; twr tower; upper uppr upstairs
""")
_FRENCH_WORDS = table(
    "ground rdc; dr docteur; mgr monseigneur; fl etage; bldg batiment edifice; rear arriere; twr tour; rm salle; "
    "rge range rg"
)

SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "US": _ENGLISH | _OTHER_WORDS,
    "CA": {
        word: short
        for word, short in (_ENGLISH | _OTHER_WORDS | _FRENCH_WORDS | _CANADIAN).items()
        if word != "est"  # the direction
    },
}
"""Canonical spelling of each word of a street, by country."""

TYPES = {"US": frozenset(_ENGLISH.values()), "CA": frozenset((_ENGLISH | _CANADIAN).values())}
"""Canonical street types."""

_DIRECTION_WORDS = "n north; s south so; e east; w west; ne northeast; nw northwest; se southeast; sw southwest"
_FRENCH_DIRECTIONS = "n nord; s sud; e est; w ouest; ne nordest; nw nordouest no; se sudest; sw sudouest so"
DIRECTIONS = {"US": table(_DIRECTION_WORDS), "CA": table(_DIRECTION_WORDS) | table(_FRENCH_DIRECTIONS)}
"""Abbreviation of each direction."""

WAYS = words("""
    aly ave blvd byp cir close cres ct ctr cv dr expy fwy gate gdns grn grv hl hts hwy line ln lndg loop mdws mews mnr
    park path pkwy pl plz pt rd rdg row rte sq st ter tpke trl vw walk way xing
    allee ch cour crois prom rang rle rue car tsse mtee
""")
"""Types that make the word before them a name: "North Ave" is not "N Ave", but "North Lake" is "N Lake"."""

FRENCH_FIRST = words("""
    allee aut ave blvd car carref cercle ch circt cote cour cours crois ech espl ile imp mtee parc pl plat pointe prom
    psge quai rang rdpt rle rte rue sent sq tsse voie
""")
"""Types that stand before the name in French, except after an ordinal number."""

ONLY_FRENCH = words("rue ch mtee rle sent imp rdpt carref ech tsse crois")
"""French types that are never the first word of an English street name."""

TRANSLATED = {
    "rue": "st", "ch": "rd", "crois": "cres", "rle": "ln", "allee": "aly", "cour": "ct", "car": "sq", "tsse": "ter",
}  # fmt: skip
"""French types and the English ones that stand for the same streets in bilingual cities."""
