using Ganglion.Agents;
using Ganglion.Runtime.Failures;
using Ganglion.Runtime.Steps;

namespace Ganglion.Runtime;

/// <summary>The way of every event through an agent.</summary>
internal sealed class InvocationPipeline
{
    // What a record does in the order of its partition, without ever waiting.
    private static readonly (PipelineStep Step, Func<PipelineParts, IArrivalStep> Create)[] ArrivalSteps =
    [
        (new(PipelineSteps.Decode, "Makes an event of the record; what claims to be one and is malformed is parked."),
            _ => new DecodeStep()),
        (new(PipelineSteps.Correlate, "Finds the handler that waits for it, if it brings what one waits for: a timer, an answer."),
            parts => new CorrelateStep(parts.Agent, parts.Router, parts.Metrics)),
        (new(PipelineSteps.Deduplicate, "Drops an event whose source and id the partition's recent past has seen; one that was redriven comes once more."),
            parts => new DeduplicateStep(parts.Metrics)),
        (new(PipelineSteps.FindInstance, "Finds the handler and the instance's key; an event that lies in another partition than its instance is forwarded there."),
            parts => new FindInstanceStep(parts.Agent, parts.Topics, parts.Forwarded, parts.Metrics)),
    ];

    private static readonly PipelineStep Schedule = new(
        PipelineSteps.Schedule, "Waits for the instance's turn: in order for each key, concurrently across keys, a bounded number at a time.");

    // What an event does when it is its turn: one event of an instance at a time, many instances at once.
    private static readonly (PipelineStep Step, Func<PipelineParts, ITurnStep> Create)[] TurnSteps =
    [
        (new(PipelineSteps.Defer, "Puts an event aside whose instance an exclusive handler has for itself while it waits."),
            parts => new DeferStep(parts.Agent.Options, parts.Topics.Own)),
        (new(PipelineSteps.Restore, "Brings back what the instance remembers, from memory or from the log."),
            _ => new RestoreStep()),
        (new(PipelineSteps.Recall, "Finds the journal of an invocation that was interrupted, or that goes on after it has waited."),
            parts => new RecallStep(parts.Agent, parts.Forwarded, parts.Metrics, parts.Services.Time)),
        (new(PipelineSteps.Handle, "Calls the handler, playing its journal to it; one that throws or takes too long is called again later, and in the end its event is parked."),
            parts => new HandleStep(parts.Agent, parts.Services, parts.Topics, parts.Journals, parts.Metrics)),
        (new(PipelineSteps.Reach, "Sees to it that the channels are read on which the handler awaits answers; whom it calls and nobody hosts has failed."),
            parts => new ReachStep(parts.Services, parts.Answers, parts.KnownTopics)),
        (new(PipelineSteps.Collect, "Gathers what the handler has sent, remembered and scheduled; the instance's next event sees it at once, the world after the commit."),
            parts => new CollectStep(parts.Topics.Own, parts.Topics.MostSnapshot, parts.Services, parts.Journals)),
        (new(PipelineSteps.AwaitCommit, "Where the broker may refuse what is sent (a new topic, a very large event), waits for the commit; a refusal counts as the handler's failure."),
            parts => new AwaitCommitStep(parts.KnownTopics, parts.Commits)),
    ];

    private static readonly PipelineStep Commit = new(
        PipelineSteps.Commit, "Writes events out, state, timers and offsets in one atomic batch, together with all that finished meanwhile.");

    private readonly IArrivalStep[] _arrival;
    private readonly ITurnStep[] _turn;
    private readonly FailurePolicy _failures;

    public InvocationPipeline(PipelineParts parts)
    {
        _arrival = [.. ArrivalSteps.Select(step => step.Create(parts))];
        _turn = CreateTurn(parts);
        _failures = parts.Failures;
    }

    /// <summary>The steps in their order.</summary>
    public static IReadOnlyList<PipelineStep> Steps { get; } =
        [.. ArrivalSteps.Select(step => step.Step), Schedule, .. TurnSteps.Select(step => step.Step), Commit];

    // With middleware, the handler is called in the midst of it; without, nothing is in its way.
    private static ITurnStep[] CreateTurn(PipelineParts parts)
    {
        List<ITurnStep> steps = [.. TurnSteps.Select(step => step.Create(parts))];
        if (parts.Agent.Options.Middleware.Count > 0)
        {
            int handle = steps.FindIndex(step => step is HandleStep);
            steps[handle] = new MiddlewareStep(
                parts.Agent, parts.Services, (HandleStep)steps[handle], (ReachStep)steps[handle + 1], parts.Metrics);
            steps.RemoveAt(handle + 1);
        }

        return [.. steps];
    }

    /// <summary>Takes the steps of arrival.</summary>
    /// <returns>Whether the event is to be handled; otherwise it is finished.</returns>
    public bool Arrive(Invocation invocation)
    {
        try
        {
            foreach (IArrivalStep step in _arrival)
            {
                if (!step.Run(invocation))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception exception)
        {
            _failures.Park(invocation, exception);
            return false;
        }
    }

    /// <summary>Takes the steps of a turn.</summary>
    /// <returns>After which pause the event is to be handled again; <see langword="null"/>: it is finished.</returns>
    public ValueTask<TimeSpan?> TakeTurnAsync(Invocation invocation)
    {
        try
        {
            for (int i = 0; i < _turn.Length; i++)
            {
                ValueTask step = _turn[i].RunAsync(invocation);
                if (!step.IsCompletedSuccessfully)
                {
                    return FinishTurnAsync(invocation, step, i + 1);
                }
            }

            return default;
        }
        catch (Exception exception)
        {
            return new(_failures.Decide(invocation, exception));
        }
    }

    private async ValueTask<TimeSpan?> FinishTurnAsync(Invocation invocation, ValueTask pending, int next)
    {
        try
        {
            await pending.ConfigureAwait(false);
            for (; next < _turn.Length; next++)
            {
                await _turn[next].RunAsync(invocation).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception exception)
        {
            return _failures.Decide(invocation, exception);
        }
    }
}
