using System.Text.RegularExpressions;

namespace Architecture;

public sealed partial class FileTests
{
    [Fact]
    public void No_file_is_longer_than_500_lines()
    {
        string[] long_files = [.. from file in SourceFiles() where file.Text.AsSpan().Count('\n') > 500 select file.Path];

        long_files.ShouldBeEmpty("Split by verb, where the seams are: Partition.Append.cs, Partition.Recover.cs.");
    }

    [Fact]
    public void Types_are_named_for_what_they_are()
    {
        string[] vague = [.. from file in SourceFiles() from Match type in VagueType().Matches(file.Code) select $"{file.Path}: {type.Value}"];

        vague.ShouldBeEmpty("A name that would fit anything says nothing.");
    }

    [Fact]
    public void A_file_declares_at_most_one_public_type()
    {
        string[] crowded = [.. from file in SourceFiles() where PublicType().Count(file.Code) > 1 select file.Path];

        crowded.ShouldBeEmpty();
    }

    [Fact]
    public void The_broker_writes_files_in_one_place()
    {
        string[] others =
        [
            .. from file in SourceFiles()
               where file.Path.StartsWith("src/Ganglion/Brokers/Embedded/", StringComparison.Ordinal) && !file.Path.Contains("/Storage/Disk", StringComparison.Ordinal)
               from Match writing in Writing().Matches(file.Code)
               select $"{file.Path}: {writing.Value}",
        ];

        others.ShouldBeEmpty("Disk tells a file that may not grow from a wrong argument; .NET does not.");
    }

    private static IEnumerable<SourceFile> SourceFiles() => Repository.FilesIn("src", "*.cs");

    [GeneratedRegex(@"\b(class|struct|interface|enum|record) \w*(Manager|Helper|Helpers|Util|Utils|Utilities|Impl|Base|Common)\b")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"\b(RandomAccess\.(Write|SetLength)|File\.(Write|Append|Create|OpenWrite)\w*|preallocationSize|new StreamWriter)\b")]
    private static partial Regex Writing();

    [GeneratedRegex(@"^public [\w ]*\b(class|struct|interface|enum|record|delegate)\b", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
