using Dealership;
using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Tests.Evaluations;

/// <summary>The evaluation of a sample, against its script and against what was recorded of that.</summary>
public sealed class DealershipEvaluationTests
{
    private static readonly string Folder = Path.Combine(Root(AppContext.BaseDirectory), "samples", "Dealership");

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_script_of_the_dealership_answers_as_it_must_and_so_does_what_is_recorded_of_it()
    {
        var evaluation = Evaluation.Load(Path.Combine(Folder, "evals.yaml"));
        string file = Path.Combine(Folder, "evals.jsonl");
        if (Environment.GetEnvironmentVariable("UPDATE_RECORDINGS") == "1")
        {
            var recording = ModelRecording.Begin(file);
            using var recorder = new RecordingChatClient(recording, "default", SalesScript.CreateModel());
            await new EvaluationRunner(_ => recorder).RunAsync(evaluation, cancellationToken: Timeout);
            recording.Save();
        }

        using IChatClient script = SalesScript.CreateModel();
        using var recorded = new RecordingChatClient(ModelRecording.Open(file), "default");
        EvaluationReport live = await new EvaluationRunner(_ => script).RunAsync(evaluation, cancellationToken: Timeout);
        EvaluationReport played = await new EvaluationRunner(_ => recorded).RunAsync(evaluation, cancellationToken: Timeout);

        live.Cases.SelectMany(one => one.Runs).SelectMany(run => run.Failures).ShouldBeEmpty();
        live.IsPassed.ShouldBeTrue();
        TextsOf(played).ShouldBe(TextsOf(live), "UPDATE_RECORDINGS=1 records anew.");
    }

    private static IEnumerable<string?> TextsOf(EvaluationReport report) => report.Cases.SelectMany(one => one.Runs).Select(run => run.Text);

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Ganglion.slnx")) ? folder : Root(Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!);
}
