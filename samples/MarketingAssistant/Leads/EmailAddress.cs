using System.Text.RegularExpressions;

namespace MarketingAssistant.Leads;

/// <summary>What counts as an e-mail address: what forms of web pages take for one (HTML, "Valid e-mail address"), with a domain of two parts.</summary>
internal static partial class EmailAddress
{
    private const int MaxLength = 254;

    public static bool IsValid(string? text) => text is { Length: <= MaxLength } && Form().IsMatch(text);

    [GeneratedRegex(@"\A[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,63})+\z")]
    private static partial Regex Form();
}
