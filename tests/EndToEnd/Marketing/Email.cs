namespace EndToEnd.Marketing;

/// <summary>An e-mail as it lies in the spool.</summary>
/// <param name="Headers">The lines above.</param>
/// <param name="Text">What is below, with the lines as they were written: quoted-printable text breaks long ones.</param>
internal sealed record Email(string[] Headers, string Text)
{
    public static Email Parse(string file)
    {
        string[] parts = file.Split("\r\n\r\n", 2);
        return new Email(parts[0].Split("\r\n"), parts[1].Replace("=\r\n", "", StringComparison.Ordinal));
    }
}
