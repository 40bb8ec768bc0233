namespace Ganglion.DeadLetters;

/// <summary>How topics of dead letters are called.</summary>
internal static class DeadLetterTopic
{
    /// <summary>What stands behind the name of a topic whose events Ganglion parks.</summary>
    public const string Suffix = ".dlq";

    // Ganglion's and KIP-1191's practice, and Spring's.
    private static readonly string[] Suffixes = [Suffix, "-dlq", "_dlq", ".dlt", "-dlt", "_dlt"];

    /// <summary>Whether a topic holds dead letters, by its name.</summary>
    public static bool Is(string topic) => StemOf(topic) is not null;

    /// <summary>The topic whose dead letters a topic holds; <see langword="null"/> if its name is none of such a topic.</summary>
    public static string? StemOf(string topic)
    {
        string? suffix = Array.Find(Suffixes, suffix => topic.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
        return suffix is null || suffix.Length == topic.Length ? null : topic[..^suffix.Length];
    }
}
