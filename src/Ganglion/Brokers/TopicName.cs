using System.Buffers;

namespace Ganglion.Brokers;

/// <summary>What a topic may be called: Kafka's rules.</summary>
internal static class TopicName
{
    public const int MaxLength = 249;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsValid(ReadOnlySpan<char> name) => IsValid(name, MaxLength);

    /// <summary>Whether a name is one that leaves room for a suffix.</summary>
    public static bool IsValid(ReadOnlySpan<char> name, int maxLength) =>
        name.Length > 0 && name.Length <= maxLength && name is not "." and not ".." && !name.ContainsAnyExcept(Allowed);
}
