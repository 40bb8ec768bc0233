using System.Diagnostics.CodeAnalysis;
using Ganglion.Events;
using Ganglion.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ganglion.Guards;

/// <summary>
/// A guard that keeps its time and says nothing but verdicts: whatever else becomes of its judging is a <see cref="GuardException"/>. What it says, and
/// how long it takes, is counted. This is what others call; <see cref="GuardCatalog"/> has them.
/// </summary>
public sealed partial class GuardRunner : IGuard
{
    // As many threads as a guard that hangs may keep for itself; after that it is not asked until one comes back.
    private const int MostAbandoned = 16;

    private readonly IGuard _guard;
    private readonly bool _isBounded;
    private readonly GuardMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _abandoned;

    internal GuardRunner(GuardDescription description, IGuard guard, bool isBounded, GuardMetrics metrics, TimeProvider time, ILogger logger)
    {
        Description = description;
        _guard = guard;
        _isBounded = isBounded;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>What it is called, its kind, its version, and its timeout.</summary>
    public GuardDescription Description { get; }

    /// <inheritdoc/>
    /// <exception cref="GuardException">
    /// <c>guard-timeout</c>: it takes too long. <c>guard-verdict-invalid</c>: it says nothing, or would let another event go on, of another id, source or
    /// type. <c>guard-data-unreadable</c>: there is no text in the event where it looks for one. <c>guard-text-too-long</c>: more text than a
    /// model is to judge. <c>guard-answer-invalid</c>: a model has not answered with scores.
    /// <c>guard-failed</c>: it has thrown anything else.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(guarded);
        long started = _metrics.Begin();
        try
        {
            Verdict verdict = _isBounded
                ? await _guard.JudgeAsync(guarded, cancellationToken).ConfigureAwait(false)
                : await JudgeInTimeAsync(guarded, cancellationToken).ConfigureAwait(false);
            Check(verdict, guarded.Event);
            _metrics.Judged(Description.Name, Description.Version, VerdictNames.NameOf(verdict.Kind), started);
            return verdict;
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            GuardException failure = FailureOf(exception);
            _metrics.Failed(Description.Name, Description.Version, failure, started);
            throw failure;
        }
    }

    private async ValueTask<Verdict> JudgeInTimeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _abandoned) >= MostAbandoned)
        {
            throw TimedOut($"{MostAbandoned} events that it was given have not come back");
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken stopped = stop.Token;
        Task<Verdict> judging = Task.Run(() => _guard.JudgeAsync(guarded, stopped).AsTask(), CancellationToken.None);
        try
        {
            return await judging.WaitAsync(Description.Timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!judging.IsCompleted)
        {
            Abandon(judging);
            throw TimedOut($"it has taken more than {Description.Timeout}");
        }
        catch (OperationCanceledException) when (!judging.IsCompleted)
        {
            Abandon(judging);
            throw;
        }
        finally
        {
            End(stop, isOver: judging.IsCompleted);
        }
    }

    // What the guard does when it is told to stop may hang as well: nobody waits for that.
    private static void End(CancellationTokenSource stop, bool isOver)
    {
        if (isOver)
        {
            stop.Dispose();
        }
        else
        {
            _ = stop.CancelAsync().ContinueWith(
                static (cancelled, source) =>
                {
                    _ = cancelled.Exception;
                    ((CancellationTokenSource)source!).Dispose();
                },
                stop,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void Abandon(Task judging)
    {
        if (Interlocked.Increment(ref _abandoned) == MostAbandoned)
        {
            LogHangs(Description.Name, Description.Version, MostAbandoned);
        }

        _ = judging.ContinueWith(
            static (ended, self) =>
            {
                _ = ended.Exception;
                Interlocked.Decrement(ref ((GuardRunner)self!)._abandoned);
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void Check([NotNull] Verdict? verdict, CloudEvent judged)
    {
        if (verdict is null)
        {
            throw new GuardException("guard-verdict-invalid", "It has given no verdict.");
        }

        if (verdict.Event is { } changed && (changed.Id, changed.Source, changed.Type) != (judged.Id, judged.Source, judged.Type))
        {
            throw new GuardException("guard-verdict-invalid", "It would let an event of another id, source or type go on in the place of the one that it was given.");
        }
    }

    // What a guard throws may hold the text that it has judged: only its type is told, the rest lies within.
    private GuardException FailureOf(Exception exception) => exception is GuardException known
        ? new GuardException(known.Code, $"The guard '{Description.Name}' has not judged: {known.Message}", known)
        : new GuardException("guard-failed", $"The guard '{Description.Name}' has failed: {exception.GetType().Name}.", exception);

    private static GuardException TimedOut(string why) => new("guard-timeout", why + ".");

    [LoggerMessage(200, LogLevel.Error, "The guard {Guard} ({Version}) hangs: {Count} events that it was given have not come back. It judges nothing more until one does.")]
    private partial void LogHangs(string guard, string version, int count);
}
