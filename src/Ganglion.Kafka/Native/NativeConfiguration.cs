using System.Text;

namespace Ganglion.Kafka.Native;

/// <summary>Asks the native client what it thinks of a setting.</summary>
internal static class NativeConfiguration
{
    private const int Unknown = -2;
    private const int Accepted = 0;

    /// <summary>Whether it knows the name.</summary>
    public static bool Knows(string name) => Try(name, "", out _) != Unknown;

    /// <summary>Why it refuses a value; <see langword="null"/> if it does not.</summary>
    public static string? Refuses(string name, string value) => Try(name, value, out string reason) == Accepted ? null : reason;

    private static int Try(string name, string value, out string reason)
    {
        Span<byte> text = stackalloc byte[512];
        text.Clear();
        nint configuration = NativeMethods.NewConfiguration();
        int result = NativeMethods.SetConfiguration(configuration, name, value, text, (nuint)text.Length);
        NativeMethods.DestroyConfiguration(configuration);
        reason = Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]).TrimEnd();
        return result;
    }
}
