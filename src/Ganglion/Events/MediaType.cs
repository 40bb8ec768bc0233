using System.Buffers;

namespace Ganglion.Events;

/// <summary>Looks into media types such as <c>application/json; version=2.1</c> (RFC 9110, section 8.3.1).</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    public const string Text = "text/plain; charset=utf-8";
    public const string Bytes = "application/octet-stream";

    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether the content is JSON; an absent type is.</summary>
    public static bool IsJson(string? contentType)
    {
        if (contentType is null or Json)
        {
            return true;
        }

        ReadOnlySpan<char> essence = EssenceOf(contentType);
        return essence.Equals(Json, StringComparison.OrdinalIgnoreCase)
            || essence.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || essence.Equals("text/json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether the content is text in UTF-8 that is not JSON.</summary>
    public static bool IsText(string? contentType)
    {
        if (contentType is null || IsJson(contentType))
        {
            return false;
        }

        ReadOnlySpan<char> essence = EssenceOf(contentType);
        ReadOnlySpan<char> charset = ParameterOf(contentType, "charset");
        return (essence.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
                || essence.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
                || essence.EndsWith("+xml", StringComparison.OrdinalIgnoreCase))
            && (charset.IsEmpty
                || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether text is a type and a subtype, without parameters (RFC 9110: tokens, and a slash between them).</summary>
    public static bool IsEssence(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        return slash > 0 && slash < text.Length - 1 && !text[..slash].ContainsAnyExcept(Token) && !text[(slash + 1)..].ContainsAnyExcept(Token);
    }

    /// <summary>The type without its parameters.</summary>
    public static ReadOnlySpan<char> EssenceOf(ReadOnlySpan<char> contentType)
    {
        int end = contentType.IndexOf(';');
        return (end < 0 ? contentType : contentType[..end]).Trim();
    }

    /// <summary>The value of a parameter, without its quotes; empty if there is none.</summary>
    public static ReadOnlySpan<char> ParameterOf(ReadOnlySpan<char> contentType, ReadOnlySpan<char> name)
    {
        int next = contentType.IndexOf(';');
        while (next >= 0)
        {
            contentType = contentType[(next + 1)..];
            next = EndOfParameter(contentType);
            ReadOnlySpan<char> parameter = next < 0 ? contentType : contentType[..next];
            int equals = parameter.IndexOf('=');
            if (equals > 0 && parameter[..equals].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return parameter[(equals + 1)..].Trim().Trim('"');
            }
        }

        return default;
    }

    private static int EndOfParameter(ReadOnlySpan<char> text)
    {
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    i++;
                    break;
                case ';' when !quoted:
                    return i;
            }
        }

        return -1;
    }
}
