using Ganglion.Testing.Evaluations;
using Microsoft.Extensions.AI;

namespace Architecture;

/// <summary>The code of docs/evaluation.md.</summary>
internal static class EvaluationExample
{
    public const string Path = "tests/Architecture/EvaluationExample.cs";

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var evaluation = new Evaluation
        {
            Name = "dealership",
            Cases = [new() { Name = "towing", Messages = [new(ChatRole.User, "What can the GLE tow?")], Checks = [EvaluationCheck.Contains("3.5 tonnes")] }],
        };
        using var model = new RecordingChatClient(ModelRecording.Open("evals.jsonl"), "default");
        EvaluationReport report = await new EvaluationRunner(_ => model).RunAsync(evaluation, cancellationToken: cancellationToken);
        report.IsPassed.ShouldBeTrue();
    }
}
