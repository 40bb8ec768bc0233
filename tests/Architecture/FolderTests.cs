using System.Text.RegularExpressions;

namespace Architecture;

/// <summary>The table of folders in docs/architecture.md is the rule; this holds the code to it.</summary>
public sealed partial class FolderTests
{
    private const string Core = "src/Ganglion/";

    [Fact]
    public void Every_folder_of_the_core_is_in_the_table()
    {
        string[] unknown = [.. SourceFolders().Except(MayUse().Keys)];

        unknown.ShouldBeEmpty("Say in docs/architecture.md what each folder holds and what it may use.");
    }

    [Fact]
    public void Dependencies_of_the_core_point_one_way()
    {
        Dictionary<string, HashSet<string>> mayUse = MayUse();
        string[] violations =
        [
            .. from file in Repository.FilesIn(Core, "*.cs")
               let folder = FolderOf(file)
               where folder is not null && mayUse.ContainsKey(folder)
               from used in NamespacesUsed(file).Distinct()
               where mayUse.ContainsKey(used) && used != folder && !mayUse[folder].Contains(used)
               select $"{file.Path} uses {used}",
        ];

        violations.ShouldBeEmpty("Dependencies that the table in docs/architecture.md does not allow.");
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        string[] violations =
        [
            .. from file in Repository.FilesIn("src", "*.cs")
               let expected = file.Folder["src/".Length..].Replace('/', '.')
               let declared = Namespace().Match(file.Text).Groups["name"].Value
               where declared.Length > 0 && declared != expected && !declared.StartsWith("Microsoft.", StringComparison.Ordinal)
               select $"{file.Path} declares {declared}",
        ];

        violations.ShouldBeEmpty();
    }

    // | `src/Ganglion/Agents` | what a user writes | State, Routes |; what a folder may use, its users may use too.
    private static Dictionary<string, HashSet<string>> MayUse()
    {
        var mayUse = new Dictionary<string, HashSet<string>>();
        foreach (Match row in Row().Matches(Repository.Read("docs/architecture.md")))
        {
            string uses = row.Groups["uses"].Value.Trim();
            string[] direct = uses switch
            {
                "–" => [],
                "all of the above" => [.. mayUse.Keys],
                _ => uses.Split(", "),
            };
            mayUse[row.Groups["folder"].Value] = [.. direct, .. direct.SelectMany(folder => mayUse[folder])];
        }

        mayUse.ShouldNotBeEmpty();
        return mayUse;
    }

    private static IEnumerable<string> SourceFolders() =>
        Repository.FilesIn(Core, "*.cs").Select(FolderOf).OfType<string>().Distinct();

    private static string? FolderOf(SourceFile file) =>
        file.Path[Core.Length..].Split('/') is [var folder, _, ..] ? folder : null;

    private static IEnumerable<string> NamespacesUsed(SourceFile file) =>
        NamespaceUse().Matches(file.Code).Select(static match => match.Groups["folder"].Value);

    [GeneratedRegex(@"^\| `src/Ganglion/(?<folder>\w+)` \|[^|]*\|(?<uses>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bGanglion\.(?<folder>[A-Z]\w*)")]
    private static partial Regex NamespaceUse();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
