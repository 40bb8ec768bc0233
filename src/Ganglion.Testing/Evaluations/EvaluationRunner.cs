using System.Diagnostics;
using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>Asks models the prompts of an evaluation, and checks what they answer.</summary>
/// <param name="modelOf">The client of a model, by its name (<see cref="EvaluationVariant.Model"/>).</param>
/// <param name="judge">The model that judges. Default: none; then a check by a judge fails.</param>
/// <param name="prices">What models cost. Default: nothing.</param>
public sealed class EvaluationRunner(Func<string?, IChatClient> modelOf, IChatClient? judge = null, ModelPrices? prices = null)
{
    private readonly EvaluationContext _context = new() { Judge = judge };

    /// <summary>Runs an evaluation.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="progress">Is told of each answer that was checked; calls may come from several threads at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What has passed. A call that fails is an answer that has not passed, and no exception.</returns>
    /// <exception cref="EvaluationException">The evaluation makes no sense (<c>evaluation-invalid</c>), or a prompt is not in a recording (<c>model-recording-missing</c>).</exception>
    public async Task<EvaluationReport> RunAsync(Evaluation evaluation, Action<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        evaluation.Check();
        Dictionary<string, IChatClient> models = evaluation.Variants.ToDictionary(variant => variant.Name, variant => modelOf(variant.Model), StringComparer.Ordinal);
        (EvaluationVariant Variant, EvaluationCase Case, EvaluatedRun[] Runs)[] results =
        [
            .. from variant in evaluation.Variants from one in evaluation.Cases select (variant, one, new EvaluatedRun[one.Repeats ?? evaluation.Repeats]),
        ];
        var all = results.SelectMany(result => Enumerable.Range(0, result.Runs.Length).Select(number => (result.Variant, result.Case, result.Runs, Number: number))).ToArray();
        int done = 0;
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = evaluation.Parallelism, CancellationToken = cancellationToken },
            async (one, ends) =>
            {
                EvaluatedRun run = await RunAsync(evaluation, one.Variant, one.Case, models[one.Variant.Name], ends).ConfigureAwait(false);
                one.Runs[one.Number] = run;
                progress?.Invoke(new EvaluationProgress(Interlocked.Increment(ref done), all.Length, one.Case.Name, one.Variant.Name, run));
            }).ConfigureAwait(false);
        return new EvaluationReport(evaluation.Name, [.. results.Select(result => new EvaluatedCase(result.Case.Name, result.Variant.Name, result.Case.PassShare ?? evaluation.PassShare, result.Runs))]);
    }

    private async Task<EvaluatedRun> RunAsync(Evaluation evaluation, EvaluationVariant variant, EvaluationCase one, IChatClient model, CancellationToken cancellationToken)
    {
        ChatMessage[] prompt =
        [
            .. ((string?[])[variant.Instructions ?? evaluation.Instructions, one.Instructions])
                .Where(text => !string.IsNullOrEmpty(text)).Select(text => new ChatMessage(ChatRole.System, text)),
            .. one.Messages,
        ];
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(evaluation.Timeout);
        long started = Stopwatch.GetTimestamp();
        EvaluatedAnswer? answer = null;
        try
        {
            ChatResponse response = await model.GetResponseAsync(prompt, evaluation.Chat, ends.Token).WaitAsync(ends.Token).ConfigureAwait(false);
            answer = AnswerOf(prompt, response, model, Stopwatch.GetElapsedTime(started));
            var failures = new List<EvaluationFailure>();
            foreach (EvaluationCheck check in one.Checks)
            {
                if (await check.CheckAsync(answer, _context, ends.Token).AsTask().WaitAsync(ends.Token).ConfigureAwait(false) is { } fault)
                {
                    failures.Add(new EvaluationFailure(check.Name, fault));
                }
            }

            return RunOf(answer, failures, error: null);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return RunOf(answer, [], $"It took longer than {evaluation.Timeout}.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not EvaluationException)
        {
            return RunOf(answer, [], $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private EvaluatedAnswer AnswerOf(ChatMessage[] prompt, ChatResponse response, IChatClient model, TimeSpan took)
    {
        string? name = response.ModelId ?? (model.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
        return new EvaluatedAnswer
        {
            Prompt = prompt,
            Response = response,
            Duration = response.AdditionalProperties?.TryGetValue(RecordingChatClient.DurationProperty, out TimeSpan recorded) == true ? recorded : took,
            Cost = prices?.Of(name).Of(response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0) ?? 0,
        };
    }

    private static EvaluatedRun RunOf(EvaluatedAnswer? answer, IReadOnlyList<EvaluationFailure> failures, string? error) =>
        new(failures) { Error = error, Text = answer?.Text, Seconds = answer?.Duration.TotalSeconds ?? 0, Tokens = answer?.Tokens ?? 0, Cost = answer?.Cost ?? 0 };
}
