using Ganglion.Routes;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>What is paused.</summary>
internal sealed record PauseList(IReadOnlyList<PauseView> Pauses);

/// <summary>A pause.</summary>
/// <param name="Target">What is paused, as <see cref="PauseTarget.ToString"/> writes it.</param>
/// <param name="Since">Since when.</param>
/// <param name="CancelsWork">Whether what was in hand is cancelled.</param>
internal sealed record PauseView(string Target, DateTimeOffset Since, bool CancelsWork)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    public static PauseView Of(Pause pause) => new(pause.Target.ToString(), pause.Since, pause.CancelsWork) { By = pause.By, Reason = pause.Reason };
}

/// <summary>Who has paused what and ended which pauses, the oldest first.</summary>
internal sealed record PauseChangeList(IReadOnlyList<PauseChangeView> Changes);

/// <summary>Somebody has paused something, or ended a pause.</summary>
/// <param name="Target">What, as <see cref="PauseTarget.ToString"/> writes it.</param>
/// <param name="IsPaused">Whether it is paused from then on.</param>
/// <param name="CancelsWork">Whether what was in hand was cancelled.</param>
/// <param name="At">When.</param>
internal sealed record PauseChangeView(string Target, bool IsPaused, bool CancelsWork, DateTimeOffset At)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    public static PauseChangeView Of(PauseChange change) =>
        new(change.Target.ToString(), change.IsPaused, change.CancelsWork, change.At) { By = change.By, Reason = change.Reason };
}

/// <summary>What is to be paused, or no longer.</summary>
/// <param name="Target">As <see cref="PauseTarget.TryParse"/> reads it.</param>
internal sealed record PauseRequest(string Target)
{
    /// <summary>When something is paused: whether what is in hand is cancelled.</summary>
    public bool CancelWork { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What has become of a pause that was to end.</summary>
/// <param name="Target">What was paused.</param>
/// <param name="WasPaused">Whether it was.</param>
internal sealed record ResumeResult(string Target, bool WasPaused);
