using System.Text.RegularExpressions;

namespace Architecture;

public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Every_error_code_is_explained()
    {
        string[] missing = [.. CodesInSource().Except(CodesInDocumentation())];

        missing.ShouldBeEmpty("Add a row for each to docs/errors.md: what it means, and what to do about it.");
    }

    [Fact]
    public void Every_explained_error_code_is_in_use()
    {
        string source = string.Concat(Repository.FilesIn("src", "*.cs").Select(static file => file.Text));
        string[] stale = [.. CodesInDocumentation().Where(code => !Regex.IsMatch(source, $@"[>""]{code}[<""]"))];

        stale.ShouldBeEmpty("docs/errors.md explains codes that nothing in src mentions.");
    }

    // A code is the first argument of an exception: new TopicException("topic-exists", …), new("…", …), base("…", …).
    private static IEnumerable<string> CodesInSource() =>
        from file in Repository.FilesIn("src", "*.cs")
        from Match match in Construction().Matches(file.Code)
        select match.Groups["code"].Value;

    private static IEnumerable<string> CodesInDocumentation() =>
        from Match match in Row().Matches(Repository.Read("docs/errors.md"))
        select match.Groups["code"].Value;

    [GeneratedRegex("""(Exception|\bnew|\bbase)\s*\(\s*"(?<code>[a-z0-9]+(-[a-z0-9]+)+)",""")]
    private static partial Regex Construction();

    [GeneratedRegex("^\\| `(?<code>[a-z0-9-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
