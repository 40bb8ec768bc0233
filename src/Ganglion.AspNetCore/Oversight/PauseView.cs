using Ganglion.Routes;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>What is paused.</summary>
internal sealed record PauseList(IReadOnlyList<PauseView> Pauses);

/// <summary>A pause.</summary>
/// <param name="Target">What is paused, as <see cref="PauseTarget.ToString"/> writes it.</param>
/// <param name="Since">Since when.</param>
internal sealed record PauseView(string Target, DateTimeOffset Since)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    public static PauseView Of(Pause pause) => new(pause.Target.ToString(), pause.Since) { By = pause.By, Reason = pause.Reason };
}

/// <summary>What is to be paused, or no longer.</summary>
/// <param name="Target">As <see cref="PauseTarget.TryParse"/> reads it.</param>
internal sealed record PauseRequest(string Target)
{
    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What has become of a pause that was to end.</summary>
/// <param name="Target">What was paused.</param>
/// <param name="WasPaused">Whether it was.</param>
internal sealed record ResumeResult(string Target, bool WasPaused);
