namespace Ganglion.Guards.Pii;

/// <summary>What tells who somebody is.</summary>
[Flags]
internal enum PiiKinds
{
    None = 0,
    Email = 1,
    Phone = 1 << 1,
    Iban = 1 << 2,
    Card = 1 << 3,
    Ip = 1 << 4,
    EsDni = 1 << 5,
    FrNir = 1 << 6,
    ItCodiceFiscale = 1 << 7,
    UsSsn = 1 << 8,
    PlPesel = 1 << 9,
    DeSteuerId = 1 << 10,
    NlBsn = 1 << 11,
    BrCpf = 1 << 12,
    NationalIds = EsDni | FrNir | ItCodiceFiscale | UsSsn | PlPesel | DeSteuerId | NlBsn | BrCpf,
    All = Email | Phone | Iban | Card | Ip | NationalIds,
}
