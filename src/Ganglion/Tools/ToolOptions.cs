using Ganglion.Approvals;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>
/// How a tool is called. The configuration comes after the code: <c>Ganglion:Tools:NAME:Timeout</c>, where the name may end with <c>*</c> for all tools that begin so.
/// </summary>
public sealed record ToolOptions
{
    // Timers of the platform take no longer.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a call may take, each attempt by itself; then its cancellation token fires, it is given up, and the model is told. Default 1 min; at most 30 days. The handler's own time
    /// (<see cref="Agents.AgentOptions.HandlerTimeout"/>) goes on meanwhile.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often a call that has failed or taken too long is tried again, with the same idempotency key, before the model is told. Default 0; at most 100.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>The pause before the first retry; each one after it is twice as long, at most 30 s. Default 200 ms; at most 30 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many bytes of its result the model gets to see; the rest is cut off, with a note. Default 64 KiB; 1 B to 256 KiB, and of calls
    /// that are made together no more than that of all of them.</summary>
    public int MaxResultBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether the result comes from nobody whom one would have to distrust, such as that of a calculator. Otherwise the model is told that it is data, and where it ends. Default: no.
    /// </summary>
    public bool IsTrusted { get; init; }

    /// <summary>Whether a person has to approve a call before it is made. Default: never.</summary>
    public ToolApproval Approval { get; init; }

    /// <summary>How much harm a call can do, from 0 to 1. Default 0.5.</summary>
    public double Risk { get; init; } = 0.5;

    /// <summary>
    /// How much harm a call of these arguments can do, from 0 to 1, for tools of which that depends on them, such as on an amount. What is no such number counts as 1, and so does an exception.
    /// Default: <see cref="Risk"/>.
    /// </summary>
    public Func<AIFunctionArguments, double>? RiskOf { get; init; }

    /// <summary>With <see cref="ToolApproval.AboveRisk"/>: up to which risk nobody needs to approve a call, from 0 to 1. Default 0.5.</summary>
    public double RiskLimit { get; init; } = 0.5;

    /// <summary>The queue in which calls wait for approval: 1 to 100 of the characters a-z A-Z 0-9 . _ -. Default <c>tools</c>.</summary>
    public string ApprovalQueue { get; init; } = "tools";

    /// <summary>
    /// What it calls that may be down, as it is called by <c>AddCircuitBreaker</c>: while that is left alone, handlers that want to call the tool wait. Default: none.
    /// </summary>
    public string? Dependency { get; init; }

    /// <summary>Adds to a list what is wrong: which key, its value, the allowed range.</summary>
    internal void Validate(string path, List<string> faults)
    {
        if (Timeout <= TimeSpan.Zero || Timeout > Longest)
        {
            faults.Add($"{path}:{nameof(Timeout)} is {Timeout}: set a time of more than zero and at most {Longest.TotalDays} days.");
        }

        if (Retries is < 0 or > 100)
        {
            faults.Add($"{path}:{nameof(Retries)} is {Retries}: set 0 to 100.");
        }

        if (RetryDelay < TimeSpan.Zero || RetryDelay > ToolRun.LongestPause)
        {
            faults.Add($"{path}:{nameof(RetryDelay)} is {RetryDelay}: set a time from zero to {ToolRun.LongestPause}.");
        }

        if (MaxResultBytes is < 1 or > ToolText.MostKept)
        {
            faults.Add($"{path}:{nameof(MaxResultBytes)} is {MaxResultBytes}: set 1 to {ToolText.MostKept}.");
        }

        if (!Enum.IsDefined(Approval))
        {
            faults.Add($"{path}:{nameof(Approval)} is {Approval}: set {string.Join(" or ", Enum.GetNames<ToolApproval>())}.");
        }

        if (Risk is not (>= 0 and <= 1))
        {
            faults.Add($"{path}:{nameof(Risk)} is {Risk}: set a number from 0 to 1.");
        }

        if (RiskLimit is not (>= 0 and <= 1))
        {
            faults.Add($"{path}:{nameof(RiskLimit)} is {RiskLimit}: set a number from 0 to 1.");
        }

        if (!ApprovalRequests.IsName(ApprovalQueue))
        {
            faults.Add($"{path}:{nameof(ApprovalQueue)} is '{ApprovalQueue}': take 1 to 100 of the characters a-z A-Z 0-9 . _ -.");
        }

        if (Dependency is "")
        {
            faults.Add($"{path}:{nameof(Dependency)} is empty: name a circuit breaker, or none.");
        }
    }
}
