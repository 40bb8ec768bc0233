using System.Collections.Immutable;
using Ganglion.Agents;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ganglion.Analyzers.Tests;

/// <summary>What is found in handlers that wait, and what is left alone.</summary>
public sealed class DurableHandlerAnalyzerTests
{
    [Theory]
    [InlineData("DateTime.UtcNow", "GNG0001", "the context's Now")]
    [InlineData("DateTimeOffset.Now", "GNG0001", "the context's Now")]
    [InlineData("Environment.TickCount64", "GNG0001", "the context's Now")]
    [InlineData("Guid.NewGuid()", "GNG0001", "the context's NewGuid()")]
    [InlineData("Random.Shared.Next()", "GNG0001", "the context's Random")]
    [InlineData("new Random().Next()", "GNG0001", "the context's Random")]
    [InlineData("await Task.Run(() => 1)", "GNG0002", "RunAsync")]
    [InlineData("await client.GetStringAsync(\"http://localhost\")", "GNG0002", "RunAsync")]
    [InlineData("await context.RunAsync(\"second\", _ => Task.FromResult(1)).ConfigureAwait(false)", "GNG0002", "ConfigureAwait(false)")]
    public async Task What_the_journal_cannot_know_is_found_and_the_remedy_named(string expression, string id, string remedy)
    {
        Diagnostic found = (await AnalyseAsync($"await context.RunAsync(\"first\", _ => Task.FromResult(1)); var value = {expression};")).ShouldHaveSingleItem();

        found.Id.ShouldBe(id);
        found.GetMessage().ShouldContain(remedy);
    }

    [Fact]
    public async Task A_pause_that_does_not_survive_a_restart_is_found()
    {
        Diagnostic found = (await AnalyseAsync("await context.DelayAsync(TimeSpan.FromDays(1)); await Task.Delay(1);")).ShouldHaveSingleItem();

        found.GetMessage().ShouldContain("DelayAsync");
    }

    [Theory]
    [InlineData("var value = await context.RunAsync(\"now\", async _ => { await Task.Delay(1); return DateTime.UtcNow; });")]
    [InlineData("await Task.WhenAll(context.DelayAsync(TimeSpan.Zero), context.DelayAsync(TimeSpan.Zero));")]
    [InlineData("Task first = context.DelayAsync(TimeSpan.Zero); await first; var now = context.Now; var id = context.NewGuid(); var number = context.Random.Next();")]
    [InlineData("await context.DelayAsync(TimeSpan.Zero); await PartAsync(context); await Local(); async Task Local() => await context.DelayAsync(TimeSpan.Zero);")]
    [InlineData("var random = new Random(42); await context.DelayAsync(TimeSpan.Zero);")]
    [InlineData("var now = DateTime.UtcNow; await client.GetStringAsync(\"http://localhost\");")]
    public async Task What_the_journal_knows_and_what_has_no_journal_is_left_alone(string body) => (await AnalyseAsync(body)).ShouldBeEmpty();

    [Fact]
    public async Task Handlers_without_a_class_are_looked_into_too()
    {
        string program = """
            using System;
            using System.Threading.Tasks;
            using Ganglion.Agents;

            static class Program
            {
                static void Define(AgentBuilder agent) => agent.On("notes", async (string note, AgentContext context) =>
                {
                    await context.DelayAsync(TimeSpan.FromDays(1));
                    context.Publish("late", DateTime.Now);
                });
            }
            """;

        (await AnalyseProgramAsync(program)).ShouldHaveSingleItem().Id.ShouldBe("GNG0001");
    }

    private static Task<ImmutableArray<Diagnostic>> AnalyseAsync(string body) => AnalyseProgramAsync($$"""
        using System;
        using System.Net.Http;
        using System.Threading.Tasks;
        using Ganglion.Agents;

        [Agent("waiter")]
        public sealed class Waiter(HttpClient client) : Agent
        {
            [On("notes")]
            public async Task HandleAsync(string note, AgentContext context)
            {
                {{body}}
            }

            public HttpClient Client => client;

            private static Task PartAsync(AgentContext context) => context.DelayAsync(TimeSpan.Zero);
        }
        """);

    private static async Task<ImmutableArray<Diagnostic>> AnalyseProgramAsync(string program)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Program",
            [CSharpSyntaxTree.ParseText(program, cancellationToken: TestContext.Current.CancellationToken)],
            [.. trusted.Split(Path.PathSeparator).Append(typeof(AgentContext).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(fault => fault.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        return await compilation.WithAnalyzers([new DurableHandlerAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
    }
}
