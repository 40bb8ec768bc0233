using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ganglion.Cli.Output;
using Ganglion.Models;
using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion eval</c></summary>
internal sealed class EvalCommand : Command
{
    private readonly Terminal _terminal;

    private readonly Argument<FileInfo> _file = new("file") { Description = "The prompts and their checks, YAML or JSON" };

    private readonly Option<string?> _model = new("--model") { Description = "The model, for variants that name none: ollama:MODEL or openai:MODEL [default: as the environment says]", HelpName = "NAME" };

    private readonly Option<string?> _judge = new("--judge") { Description = "The model that judges [default: that of --model]", HelpName = "NAME" };

    private readonly Option<FileInfo?> _record = new("--record") { Description = "Keep what the models answer in a file", HelpName = "FILE" };

    private readonly Option<FileInfo?> _recorded = new("--recorded") { Description = "Ask no model, but take what such a file has", HelpName = "FILE" };

    private readonly Option<FileInfo?> _junit = new("--junit") { Description = "Write the report for a CI system, too", HelpName = "FILE" };

    private readonly Option<bool> _json = new("--json") { Description = "The report as one JSON object, with all answers" };

    public EvalCommand(Terminal terminal)
        : base("eval", "Ask models prompts, and check what they answer")
    {
        _terminal = terminal;
        Add(_file);
        Add(_model);
        Add(_judge);
        Add(_record);
        Add(_recorded);
        Add(_junit);
        Add(_json);
        Validators.Add(command =>
        {
            if (command.GetValue(_record) is not null && command.GetValue(_recorded) is not null)
            {
                command.AddError("--record and --recorded exclude each other.");
            }
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        try
        {
            return await EvaluateAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (EvaluationException wrong)
        {
            foreach (string fault in wrong.Faults)
            {
                _terminal.WriteError(fault);
            }

            return 1;
        }
    }

    private async Task<int> EvaluateAsync(ParseResult command, CancellationToken cancellationToken)
    {
        var evaluation = Evaluation.Load(command.GetRequiredValue(_file).FullName);
        ModelRecording? recording = command.GetValue(_recorded) is { } recorded ? ModelRecording.Open(recorded.FullName)
            : command.GetValue(_record) is { } record ? ModelRecording.Begin(record.FullName)
            : null;
        ServiceProvider services = EvalModels.CreateServices();
        await using ConfiguredAsyncDisposable disposed = services.ConfigureAwait(false);
        using var models = new EvalModels(command.GetValue(_model), recording, services);
        bool isJudged = evaluation.Cases.Any(one => one.Checks.Any(check => check.Name == "judge"));
        var runner = new EvaluationRunner(models.Get, isJudged ? models.Get(command.GetValue(_judge)) : null, services.GetRequiredService<ModelPrices>());
        EvaluationReport report = await runner.RunAsync(evaluation, _terminal.IsInteractive ? ShowProgress : null, cancellationToken).ConfigureAwait(false);
        if (recording is { IsReplayed: false })
        {
            recording.Save();
        }

        if (command.GetValue(_junit) is { } junit)
        {
            using FileStream output = junit.Create();
            report.WriteJUnit(output);
        }

        if (command.GetValue(_json))
        {
            _terminal.WriteJson(Encoding.UTF8.GetBytes(report.ToJson()));
        }
        else
        {
            Show(report);
        }

        return report.IsPassed ? 0 : 1;
    }

    private void ShowProgress(EvaluationProgress progress)
    {
        string outcome = progress.Run.Error is not null ? "ERROR" : progress.Run.IsPassed ? "passed" : "failed";
        _terminal.Error.WriteLine(SafeText.Escape($"{progress.Done}/{progress.Total} {progress.Case} ({progress.Variant}): {outcome}"));
    }

    private void Show(EvaluationReport report)
    {
        string[] variants = [.. report.Cases.Select(one => one.Variant).Distinct(StringComparer.Ordinal)];
        var table = new TextTable(["CASE", .. variants.Select(variant => new TextColumn(variant.ToUpperInvariant(), IsNumber: true))]);
        foreach (IGrouping<string, EvaluatedCase> one in report.Cases.GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            table.Add([one.Key, .. one.Select(outcome => $"{(outcome.IsPassed ? "passed" : "FAILED")} {outcome.Passed}/{outcome.Runs.Count}")]);
        }

        AddTotal("passed", all => $"{all.Count(one => one.IsPassed)}/{all.Length}");
        AddTotal("tokens", all => Written(all.Sum(one => one.Tokens)));
        AddTotal("cost", all => Written(all.Sum(one => one.Cost)));
        AddTotal("seconds", all => Written(Math.Round((decimal)all.Average(one => one.Seconds), 2)));
        table.WriteTo(_terminal);
        foreach (EvaluatedCase one in report.Cases)
        {
            foreach ((int index, EvaluatedRun run) in one.Runs.Index().Where(run => !run.Item.IsPassed))
            {
                string why = run.Error ?? string.Join("; ", run.Failures.Select(failure => $"{failure.Check}: {failure.Reason}"));
                _terminal.WriteLine($"{one.Name} ({one.Variant}), answer {index + 1}: {why}");
            }
        }

        void AddTotal(string name, Func<EvaluatedCase[], string> sum) =>
            table.Add([name, .. variants.Select(variant => sum([.. report.Cases.Where(one => one.Variant == variant)]))]);
    }

    private static string Written(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
