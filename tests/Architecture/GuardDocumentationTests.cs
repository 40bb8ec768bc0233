using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.Guards;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Architecture;

public sealed partial class GuardDocumentationTests
{
    private static readonly string[] OfAllKinds = ["text", "names", "unreadable", "action", "reason", "fallback", "queue"];

    public static TheoryData<string> Kinds => [.. Catalog().Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_setting_of_a_kind_is_explained_and_no_other(string kind)
    {
        string section = Repository.Read("docs/guards.md").Split("\n## ").Single(part => part.Split('\n')[0].Contains($"`{kind}`"));
        string table = section.Split("\n\n").FirstOrDefault(block => block.StartsWith("| setting |", StringComparison.Ordinal)) ?? "";
        IEnumerable<string> explained = Row().Matches(table).SelectMany(row => Name().Matches(row.Groups["names"].Value)).Select(name => name.Groups["name"].Value);
        string[] known = SettingsOf(kind);

        if (kind is "all" or "first")
        {
            known.ShouldBe(["guards"]);
            section.ShouldContain("`guards`");
        }
        else
        {
            known.Except(OfAllKinds).ShouldBe(explained, ignoreOrder: true);
        }
    }

    [Fact]
    public void Every_guard_that_the_page_shows_can_be_made()
    {
        string[] files = [.. Yaml().Matches(Repository.Read("docs/guards.md")).Select(block => block.Groups["text"].Value)];

        files.Length.ShouldBe(3);
        foreach (string text in files)
        {
            string path = Path.Combine(Directory.CreateTempSubdirectory("ganglion-docs-").FullName, "guards.yaml");
            File.WriteAllText(path, text);
            using ServiceProvider services = new ServiceCollection().AddSingleton<IChatClient, Silent>().AddGanglion(ganglion => ganglion.AddGuards(path)).BuildServiceProvider();
            services.GetRequiredService<GuardCatalog>().Guards.ShouldNotBeEmpty();
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // Whoever sets what means nothing is told what could be set.
    private static string[] SettingsOf(string kind)
    {
        string fault = Should.Throw<GuardDefinitionException>(() => Catalog().Create(new GuardDefinition("x", kind, JsonElement.Parse("""{"nonsense":1}"""))))
            .Faults.Single(one => one.Contains("nonsense"));
        return fault[(fault.IndexOf("set ", StringComparison.Ordinal) + "set ".Length)..].TrimEnd('.').Split(", ");
    }

    private static GuardCatalog Catalog() => new ServiceCollection().AddGanglion(_ => { }).BuildServiceProvider().GetRequiredService<GuardCatalog>();

    // | `minLength`, `maxLength` | … |, in the table of settings; those within others begin with "…".
    [GeneratedRegex(@"^\| (?<names>`[a-z][A-Za-z]*`(, `[a-z][A-Za-z]*`)*) \| [^|]* \| [^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("^```yaml\n(?<text>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Yaml();

    private sealed class Silent : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
