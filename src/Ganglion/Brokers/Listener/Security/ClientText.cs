namespace Ganglion.Brokers.Listener.Security;

/// <summary>What is shown of a text that a client has sent.</summary>
internal static class ClientText
{
    private const int MaxLength = 100;

    /// <summary>No more than a line has room for, and nothing in it that begins another.</summary>
    public static string Of(string text) =>
        string.Concat((text.Length > MaxLength ? text[..MaxLength] + "…" : text).Select(one => char.IsControl(one) ? '?' : one));
}
