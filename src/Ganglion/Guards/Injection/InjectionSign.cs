namespace Ganglion.Guards.Injection;

/// <summary>A sign that a text is meant to tell a model what to do, rather than to be read by it.</summary>
internal enum InjectionSign
{
    Override,
    Role,
    Exfiltration,
    NewInstructions,
    Delimiters,
    Invisible,
    Lookalikes,
    Encoded,
    Spaced,
    MarkdownImage,
    Phrases,
}
