using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Models.Http;

/// <summary>Reads addresses of servers as people write them: with or without <c>http://</c>, a slash behind, or the path of the API.</summary>
internal static class ServerAddress
{
    /// <summary>The address of an API.</summary>
    /// <param name="text">What somebody has written.</param>
    /// <param name="path">Where the API is if no path is written, such as <c>/v1</c>.</param>
    /// <param name="ends">What the path may have behind that.</param>
    /// <exception cref="ArgumentException">It is no address, or has a password in it.</exception>
    public static Uri Parse(string text, string path, params ReadOnlySpan<string> ends)
    {
        if (!TryRead(text, out Uri? address))
        {
            // It may have a password in it: so it is not shown.
            throw new ArgumentException("The endpoint is no address, or has a user in it: set one such as http://localhost:11434 or https://api.example.com/v1.", nameof(text));
        }

        string own = address.AbsolutePath.TrimEnd('/');
        foreach (string end in ends)
        {
            if (own.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                own = own[..^end.Length].TrimEnd('/');
            }
        }

        return new UriBuilder(address) { Path = own.Length == 0 ? path : own, Fragment = "" }.Uri;
    }

    /// <summary>Whether it is an address.</summary>
    public static bool IsAddress(string text) => TryRead(text, out _);

    private static bool TryRead(string text, [NotNullWhen(true)] out Uri? address)
    {
        string trimmed = text.Trim();
        return Uri.TryCreate(trimmed.Contains("://", StringComparison.Ordinal) ? trimmed : $"http://{trimmed}", UriKind.Absolute, out address)
            && address.Scheme is ("http" or "https")
            && address.UserInfo.Length == 0;
    }
}
