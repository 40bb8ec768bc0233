using System.Text.RegularExpressions;

namespace Architecture;

/// <summary>A file with its path from the root of the repository.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The text without comments.</summary>
    public string Code => Comment().Replace(Text, "");

    // A line of its own, or behind code: then no quote follows, which would make it a part of a string.
    [GeneratedRegex("""^[ \t]*//.*$|(?<=[;{}),][ \t]+)//[^"\n]*$""", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
