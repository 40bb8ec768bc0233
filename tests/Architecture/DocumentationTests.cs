using System.Text.RegularExpressions;
using Ganglion.Testing;

namespace Architecture;

public sealed partial class DocumentationTests
{
    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        string[] broken =
        [
            .. from document in Repository.FilesIn(".", "*.md")
               from Match link in Link().Matches(document.Text)
               let target = link.Groups["target"].Value
               where !Path.Exists(Path.Combine(Repository.PathOf(document.Path), "..", target))
               select $"{document.Path} links to {target}",
        ];

        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Every_guarantee_names_tests_that_exist()
    {
        string tests = string.Concat(Repository.FilesIn("tests", "*.cs").Select(static file => file.Text));
        string[] named = [.. TestName().Matches(Repository.Read("docs/guarantees.md")).Select(static name => name.Groups["name"].Value)];
        string[] missing = [.. named.Where(name => !Regex.IsMatch(tests, $@"\b(void|Task|ValueTask) {name}\("))];

        missing.ShouldBeEmpty("docs/guarantees.md names tests that do not exist.");
    }

    [Fact]
    public void The_agents_of_the_readme_compile()
    {
        string compiled = Unindented(Repository.Read(ReadmeAgent.Path));
        string[] shown = [.. CSharp().Matches(Repository.Read("README.md")).Select(static block => block.Groups["code"].Value)];
        string[] parts = shown[0].Split("\n\n[Agent");

        parts.Length.ShouldBe(2, "README.md shows how an agent is added, and the agent.");
        compiled.ShouldContain(Unindented(parts[0]));
        compiled.ShouldContain(Unindented("[Agent" + parts[1]));
        compiled.ShouldContain(Unindented(shown[1]), customMessage: "The second example is the master of a team.");
    }

    [Theory]
    [InlineData("docs/actors.md", ActorsExample.Path)]
    [InlineData("docs/approvals.md", ApprovalsExample.Path)]
    [InlineData("docs/evaluation.md", EvaluationExample.Path)]
    [InlineData("docs/guards.md", GuardsExample.Path)]
    [InlineData("docs/middleware.md", MiddlewareExample.Path)]
    [InlineData("docs/models.md", ModelsExample.Path)]
    [InlineData("docs/state.md", StateExample.Path)]
    [InlineData("docs/supervision.md", SupervisionExample.Path)]
    [InlineData("docs/tools.md", ToolsExample.Path)]
    public void The_code_of_a_page_is_code_that_compiles(string page, string example)
    {
        string compiled = Unindented(Repository.Read(example));
        string[] shown = [.. CSharp().Matches(Repository.Read(page)).Select(static block => Unindented(block.Groups["code"].Value))];

        shown.ShouldNotBeEmpty();
        shown.ShouldAllBe(block => compiled.Contains(block, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_point_at_which_a_process_can_be_made_to_fail_is_explained()
    {
        IEnumerable<string> explained = FaultPoint().Matches(Repository.Read("docs/testing.md")).Select(static row => row.Groups["name"].Value);

        explained.Order(StringComparer.Ordinal).ShouldBe(FaultInjection.Points);
    }

    [Fact]
    public void Every_package_has_a_readme_of_its_own()
    {
        string[] without =
        [
            .. from project in Repository.FilesIn("src", "*.csproj")
               let readme = Path.Combine(Path.GetDirectoryName(project.Path)!, "README.md")
               where !File.Exists(Repository.PathOf(readme))
               select readme,
        ];

        without.ShouldBeEmpty("Whoever finds a package reads it first.");
        Repository.Read("Directory.Build.props").ShouldContain("<PackageReadmeFile>README.md</PackageReadmeFile>");
    }

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("^```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharp();

    // [text](target); addresses with a scheme and anchors within the page are not looked at.
    [GeneratedRegex(@"\]\((?<target>[^)#:]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    // | `round.flushed` | what has happened |
    [GeneratedRegex(@"^\| `(?<name>[a-z-]+\.[a-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FaultPoint();

    // Tests read as sentences: `An_acknowledged_event_survives_a_kill`.
    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
