namespace Ganglion.Guards.Pii;

/// <summary>What the kinds are called in settings and findings, and by people.</summary>
internal static class PiiNames
{
    private static readonly (PiiKinds Kind, string Name, string What)[] Rows =
    [
        (PiiKinds.Email, "email", "e-mail address"),
        (PiiKinds.Phone, "phone", "phone number"),
        (PiiKinds.Iban, "iban", "IBAN"),
        (PiiKinds.Card, "card", "payment card"),
        (PiiKinds.Ip, "ip", "IP address"),
        (PiiKinds.EsDni, "es-dni", "Spanish DNI or NIE"),
        (PiiKinds.FrNir, "fr-nir", "French NIR"),
        (PiiKinds.ItCodiceFiscale, "it-cf", "Italian codice fiscale"),
        (PiiKinds.UsSsn, "us-ssn", "US social security number"),
        (PiiKinds.PlPesel, "pl-pesel", "Polish PESEL"),
        (PiiKinds.DeSteuerId, "de-steuerid", "German tax id"),
        (PiiKinds.NlBsn, "nl-bsn", "Dutch BSN"),
        (PiiKinds.BrCpf, "br-cpf", "Brazilian CPF"),
    ];

    /// <summary>The names, and <c>national-id</c> for those of all countries.</summary>
    public static IEnumerable<string> All => Rows.Select(row => row.Name).Append("national-id");

    public static PiiKinds Parse(string name) =>
        name == "national-id" ? PiiKinds.NationalIds : Array.Find(Rows, row => row.Name == name).Kind;

    public static string NameOf(PiiKinds kind) => Array.Find(Rows, row => row.Kind == kind).Name;

    public static string WhatOf(PiiKinds kind) => Array.Find(Rows, row => row.Kind == kind).What;
}
