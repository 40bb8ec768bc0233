using System.Text.RegularExpressions;

namespace EndToEnd;

/// <summary>A part of docs/getting-started.md: a command or a file, and what it is to print.</summary>
internal sealed partial record Tutorial(string Language, string Text, string? Output)
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Tutorial> Read() =>
    [
        .. from Match block in Block().Matches(File.ReadAllText(Path.Combine(Root, "docs/getting-started.md")))
           select new Tutorial(
               block.Groups["language"].Value, block.Groups["text"].Value, block.Groups["output"].Success ? block.Groups["output"].Value : null),
    ];

    /// <summary>Whether something was printed that fits the output, where … stands for anything.</summary>
    // How wide a column is depends on what is in it.
    public bool IsOutput(string printed) => Output is null || Regex.IsMatch(
        printed, $@"\A{Regex.Replace(Regex.Escape(Output), @"(\\ )+", " +").Replace("…", ".*", StringComparison.Ordinal)}\s*\z");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ganglion.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} lies outside of the repository.");
    }

    [GeneratedRegex(@"^```(?<language>sh|csharp)\n(?<text>.*?)\n```(\n```text\n(?<output>.*?)\n```)?$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
