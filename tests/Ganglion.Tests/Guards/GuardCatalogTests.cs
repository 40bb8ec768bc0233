using System.Text.Json;
using Ganglion.Guards;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Guards;

public sealed class GuardCatalogTests
{
    private static readonly JsonElement AtMostFive = JsonElement.Parse("""{"maxLength":5}""");

    [Fact]
    public void A_host_knows_its_guards_their_kinds_and_versions()
    {
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion
            .AddGuard<Silent>("own")
            .AddGuard<Silent>("own", version: "2", timeout: TimeSpan.FromSeconds(5))
            .AddGuard("short", "rules", new { maxLength = 5 }));

        catalog.Guards.ShouldBe(
        [
            new("own", "code", "1", TimeSpan.FromSeconds(2)),
            new("own", "code", "2", TimeSpan.FromSeconds(5)),
            new("short", "rules", new GuardDefinition("short", "rules", AtMostFive).Version, TimeSpan.FromSeconds(2)),
        ]);
        catalog.Get("own").Description.Version.ShouldBe("2");
        catalog.Get("own", "1").Description.Version.ShouldBe("1");
        catalog.Find("own", "3").ShouldBeNull();
        catalog.Kinds.ShouldContain("rules");
    }

    [Fact]
    public void Whoever_asks_for_a_guard_that_is_not_there_is_told_which_are()
    {
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion.AddGuard("short", "rules", new { maxLength = 5 }, version: "2"));

        GuardException missing = Should.Throw<GuardException>(() => catalog.Get("missing"));
        missing.Code.ShouldBe("guard-not-found");
        missing.Message.ShouldContain("There is no guard 'missing': there is 'short' (2).");
        Should.Throw<GuardException>(() => GuardHost.Catalog(_ => { }).Get("missing")).Message.ShouldContain("there are none.");
    }

    [Fact]
    public void The_version_comes_of_the_settings_in_whatever_order_they_stand()
    {
        string version = Version("""{"maxLength":5,"text":["a"]}""");

        version.ShouldMatch("^[0-9a-f]{8}$");
        Version("""{ "text" : [ "a" ], "maxLength" : 5 }""").ShouldBe(version);
        Version("""{"maxLength":6,"text":["a"]}""").ShouldNotBe(version);
        new GuardDefinition("x", "rules", AtMostFive) { Version = "blue" }.Version.ShouldBe("blue");

        static string Version(string settings) => new GuardDefinition("x", "rules", JsonElement.Parse(settings)).Version;
    }

    [Fact]
    public async Task A_guard_with_a_constructor_gets_services_of_the_host()
    {
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion.AddGuard<Demanding>("demanding"), services => services.AddSingleton("a reason"));

        (await catalog.Get("demanding").JudgeAsync("x")).Reason.ShouldBe("a reason");
    }

    [Fact]
    public async Task The_configuration_defines_guards_and_comes_after_the_code()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ganglion:Guards:short:Kind"] = "rules",
            ["Ganglion:Guards:short:Timeout"] = "00:00:01",
            ["Ganglion:Guards:short:Settings:MaxLength"] = "3",
            ["Ganglion:Guards:short:Settings:Text:0"] = "text",
            ["Ganglion:Guards:short:Settings:Patterns:0:Name"] = "no-x",
            ["Ganglion:Guards:short:Settings:Patterns:0:Pattern"] = "x",
        }).Build();

        GuardRunner guard = GuardHost.Catalog(
            ganglion => ganglion.AddGuard("short", "rules", AtMostFive), services => services.AddSingleton(configuration)).Get("short");

        guard.Description.Timeout.ShouldBe(TimeSpan.FromSeconds(1));
        (await guard.JudgeAsync("abcd")).Reason.ShouldBe("too-long");
        (await guard.JudgeAsync("x")).Reason.ShouldBe("no-x");
        (await guard.JudgeAsync("abc")).Kind.ShouldBe(VerdictKind.Pass);
    }

    [Theory]
    [InlineData("guards.yaml", "guards:\n  short:\n    kind: rules\n    version: \"7\"\n    settings:\n      maxLength: 3 # characters\n      patterns:\n        - { name: no-x, pattern: x }\n")]
    [InlineData("guards.json", """{ "guards": { "short": { "kind": "rules", "version": "7", "settings": { "maxLength": 3, /* characters */ "patterns": [ { "name": "no-x", "pattern": "x" } ] } } } }""")]
    public async Task A_file_defines_guards(string name, string content)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ganglion-guards-").FullName, name);
        await File.WriteAllTextAsync(path, content);

        GuardRunner guard = GuardHost.Catalog(ganglion => ganglion.AddGuards(path)).Get("short", "7");

        (await guard.JudgeAsync("abcd")).Reason.ShouldBe("too-long");
        (await guard.JudgeAsync("x")).Reason.ShouldBe("no-x");
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("guard: {}")]
    [InlineData("- guards")]
    [InlineData("")]
    public async Task A_file_without_guards_is_not_taken_for_one_with_none(string content)
    {
        string folder = Directory.CreateTempSubdirectory("ganglion-guards-").FullName;
        string path = Path.Combine(folder, "guards.yml");
        await File.WriteAllTextAsync(path, content);

        Should.Throw<GuardDefinitionException>(() => GuardHost.Catalog(ganglion => ganglion.AddGuards(path))).Faults.ShouldHaveSingleItem().ShouldContain("guards is missing");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void All_faults_are_told_at_once_and_say_where()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ganglion:Guards:a:Kind"] = "magic",
            ["Ganglion:Guards:b:Kind"] = "rules",
            ["Ganglion:Guards:b:Color"] = "red",
            ["Ganglion:Guards:b:Settings:MaxLength"] = "many",
            ["Ganglion:Guards:c:Settings:MaxLength"] = "1",
        }).Build();

        IReadOnlyList<string> faults = Should.Throw<GuardDefinitionException>(() => GuardHost.Catalog(
            ganglion => ganglion
                .AddGuards("/nowhere/guards.yaml")
                .AddGuard<Silent>("twice").AddGuard<Silent>("twice")
                .AddGuard<Silent>("a name")
                .AddGuard<Demanding>("demanding")
                .AddGuard("patient", "rules", timeout: TimeSpan.FromDays(1))
                .AddGuard("listed", "rules", new[] { 1 }),
            services => services.AddSingleton(configuration))).Faults;

        foreach (string fault in (string[])
            [
                "/nowhere/guards.yaml cannot be read", "'twice' of the version '1' is added more than once", "'a name' cannot be the name",
                "'demanding' cannot be made", "'patient' has the timeout", "listed:settings is Array", "Ganglion:Guards:a:kind is 'magic'",
                "Ganglion:Guards:b:Color means nothing", "Ganglion:Guards:b:settings:maxLength is 'many'", "Ganglion:Guards:c:kind is missing",
            ])
        {
            faults.ShouldContain(one => one.Contains(fault), fault);
        }

        faults.Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_host_does_not_start_with_a_guard_that_has_faults()
    {
        using IHost host = new HostBuilder().ConfigureServices(services => services.AddGanglion(
            ganglion => ganglion.UseVolatileBroker().AddGuard("wrong", "rules", new { maxLength = -1 }))).Build();

        await Should.ThrowAsync<GuardDefinitionException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_kind_of_the_applications_own_makes_guards_of_settings()
    {
        GuardCatalog catalog = GuardHost.Catalog(ganglion => ganglion
            .AddGuardKind("word", static (settings, _) => new Word(settings.GetProperty("word").GetString()!))
            .AddGuard("foo", "word", new { word = "foo" }));

        (await catalog.Get("foo").JudgeAsync("a foo b")).Kind.ShouldBe(VerdictKind.Block);
        (await catalog.Create(new GuardDefinition("stage", "word", JsonElement.Parse("""{"word":"b"}"""))).JudgeAsync("a foo b")).Kind.ShouldBe(VerdictKind.Block);
        Should.Throw<GuardDefinitionException>(() => catalog.Create(new GuardDefinition("stage", "word", JsonElement.Parse("{}"))))
            .Faults.ShouldHaveSingleItem().ShouldStartWith("stage:settings: ");
    }

    private sealed class Silent : IGuard
    {
        public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) => ValueTask.FromResult(Verdict.Pass());
    }

    private sealed class Demanding(string reason) : IGuard
    {
        public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) => ValueTask.FromResult(Verdict.Block(reason));
    }

    private sealed class Word(string word) : IGuard
    {
        public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) => ValueTask.FromResult(
            guarded.Text.Parts.Any(part => part.Text.ToString().Contains(word, StringComparison.Ordinal)) ? Verdict.Block(word) : Verdict.Pass());
    }
}
