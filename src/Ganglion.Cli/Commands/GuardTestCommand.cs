using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ganglion.Cli.Output;
using Ganglion.Events;
using Ganglion.Guards;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion guard test</c></summary>
internal sealed class GuardTestCommand : Command
{
    private const string Unnamed = "tested";

    private static readonly GuardTestJson Json = new(new JsonSerializerOptions(GuardTestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly Terminal _terminal;

    private readonly Argument<string?> _name = new("name") { Description = "A guard of the file", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<FileInfo?> _guards = new("--guards") { Description = "The file that has the guard, YAML or JSON [default: guards.yaml]", HelpName = "FILE" };

    private readonly Option<string?> _kind = new("--kind") { Description = "A guard of this kind, instead of one of a file", HelpName = "KIND" };

    private readonly Option<string?> _settings = new("--settings") { Description = "The settings of the kind", HelpName = "JSON" };

    private readonly Option<string?> _text = new("--text") { Description = "The text to judge", HelpName = "TEXT" };

    private readonly Option<FileInfo?> _file = new("--file") { Description = "The events to judge, one a line, CloudEvents or bare JSON; without it, lines of the input", HelpName = "FILE" };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line" };

    public GuardTestCommand(Terminal terminal)
        : base("test", "Let a guard judge a text, or events, without any host")
    {
        _terminal = terminal;
        Add(_name);
        Add(_guards);
        Add(_kind);
        Add(_settings);
        Add(_text);
        Add(_file);
        Add(_json);
        Validators.Add(command =>
        {
            if (command.GetValue(_name) is null == command.GetValue(_kind) is null)
            {
                command.AddError("Name a guard of a file, or a --kind.");
            }

            if (command.GetValue(_text) is not null && command.GetValue(_file) is not null)
            {
                command.AddError("--text and --file exclude each other.");
            }
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        ServiceProvider services = CreateServices(command);
        await using ConfiguredAsyncDisposable disposed = services.ConfigureAwait(false);
        GuardRunner guard = CreateGuard(command, services);
        var table = new TextTable("EVENT", "VERDICT", "REASON", "SCORE", "FINDINGS", "DATA");
        bool failed = false;
        await foreach (CloudEvent judged in EventsOf(command, cancellationToken).ConfigureAwait(false))
        {
            GuardTestResult result = await JudgeAsync(guard, judged, cancellationToken).ConfigureAwait(false);
            failed |= result.Error is not null;
            if (command.GetValue(_json))
            {
                Listing.WriteJson(_terminal, [result], Json.GuardTestResult);
                await _terminal.FlushAsync().ConfigureAwait(false);
            }
            else
            {
                table.Add(
                    result.Event,
                    result.Verdict,
                    result.Error is { } error ? $"{error}: {result.Reason}" : result.Reason ?? "-",
                    result.Score is { } score ? Written(score) : "-",
                    result.Findings is { Count: > 0 } findings ? string.Join(", ", findings.Select(finding => $"{finding.Rule} ({Written(finding.Score)})")) : "-",
                    result.Data ?? result.Fallback ?? "-");
            }
        }

        if (!command.GetValue(_json))
        {
            table.WriteTo(_terminal);
        }

        return failed ? 1 : 0;
    }

    private ServiceProvider CreateServices(ParseResult command)
    {
        string? file = command.GetValue(_kind) is null ? command.GetValue(_guards)?.FullName ?? "guards.yaml" : command.GetValue(_guards)?.FullName;
        return new ServiceCollection()
            .AddSingleton<IChatClient, AbsentModel>()
            .AddKeyedSingleton<IChatClient, AbsentModel>(KeyedService.AnyKey)
            .AddGanglion(ganglion => _ = file is null ? ganglion : ganglion.AddGuards(file))
            .BuildServiceProvider();
    }

    private GuardRunner CreateGuard(ParseResult command, ServiceProvider services)
    {
        try
        {
            GuardCatalog catalog = services.GetRequiredService<GuardCatalog>();
            return command.GetValue(_kind) is { } kind
                ? catalog.Create(new GuardDefinition(Unnamed, kind, JsonElement.Parse(command.GetValue(_settings) ?? "{}")))
                : catalog.Get(command.GetRequiredValue(_name)!);
        }
        catch (GuardDefinitionException wrong)
        {
            throw new CliException(string.Join(" ", wrong.Faults), wrong);
        }
        catch (JsonException wrong)
        {
            throw new CliException($"--settings is no JSON: {wrong.Message}", wrong);
        }
    }

    private static async Task<GuardTestResult> JudgeAsync(GuardRunner guard, CloudEvent judged, CancellationToken cancellationToken)
    {
        try
        {
            Verdict verdict = await guard.JudgeAsync(new GuardedEvent(judged, "test", judged.PartitionKey), cancellationToken).ConfigureAwait(false);
            return new GuardTestResult(judged.Id, verdict.Kind.ToString().ToLowerInvariant())
            {
                Reason = verdict.Reason,
                Fallback = verdict.Fallback,
                Queue = verdict.Queue,
                Score = verdict.Score,
                Findings = verdict.Findings,
                Data = verdict.Event is { Data: { } data } ? DataText.Of(data.ToArray()) : null,
            };
        }
        catch (GuardException failure)
        {
            return new GuardTestResult(judged.Id, "none") { Error = failure.Code, Reason = failure.Message };
        }
    }

    private async IAsyncEnumerable<CloudEvent> EventsOf(ParseResult command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (command.GetValue(_text) is { } text)
        {
            yield return Bare("text", Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
            yield break;
        }

        using Stream? file = command.GetValue(_file)?.OpenRead();
        int number = 0;
        await foreach (IReadOnlyList<byte[]> lines in InputLines.ReadAsync(file ?? _terminal.Input, cancellationToken).ConfigureAwait(false))
        {
            foreach (byte[] line in lines)
            {
                number++;
                if (line.AsSpan().ContainsAnyExcept((byte)' ', (byte)'\t'))
                {
                    yield return EventOf(line, string.Create(CultureInfo.InvariantCulture, $"{number}"));
                }
            }
        }
    }

    // Whatever says that it is an event is one, or cannot be read; all else is the data of one.
    private static CloudEvent EventOf(byte[] line, string number) =>
        line.AsSpan().IndexOf("\"specversion\""u8) >= 0 ? EventJson.Read(line) : Bare(number, line, "application/json");

    private static CloudEvent Bare(string id, byte[] data, string contentType) =>
        new() { Id = id, Source = "/ganglion/guard/test", Type = "guard.test", DataContentType = contentType, Data = data };

    private static string Written(double score) => score.ToString("0.0##", CultureInfo.InvariantCulture);

    /// <summary>Where a model would be asked.</summary>
    private sealed class AbsentModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new GuardException("guard-failed", "The command line asks no model.");

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new GuardException("guard-failed", "The command line asks no model.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
