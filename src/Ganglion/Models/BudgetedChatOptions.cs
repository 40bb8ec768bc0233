using Ganglion.Budgets;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>What calls of a <see cref="BudgetedChatClient"/> are for, and what they cost.</summary>
public sealed record BudgetedChatOptions
{
    /// <summary>The model. Default: that of the call (<see cref="ChatOptions.ModelId"/>), or else the client's own.</summary>
    public string? Model { get; init; }

    /// <summary>Who serves it. Default: what the client says of itself.</summary>
    public string? Provider { get; init; }

    /// <summary>For whom. Default: nobody in particular.</summary>
    public string? Tenant { get; init; }

    /// <summary>In which tier. Default: none.</summary>
    public string? Tier { get; init; }

    /// <summary>How long calls can wait for room. Default: <see cref="Urgency.Normal"/>.</summary>
    public Urgency Urgency { get; init; } = Urgency.Normal;

    /// <summary>Whether there is a cheaper client to turn to, such as the next of a <see cref="FallbackChatClient"/>. See <see cref="Spending.CanDowngrade"/>.</summary>
    public bool CanDowngrade { get; init; }

    /// <summary>
    /// How many tokens of an answer are reserved if the call does not say how many it may have (<see cref="ChatOptions.MaxOutputTokens"/>). Of one that is streamed so many are reserved again
    /// and again, as it comes. Default 1,000; 1 to 1,000,000.
    /// </summary>
    public int OutputTokens { get; init; } = 1_000;

    /// <summary>Says of a call what only the call knows, such as for whom it is: it is given what would be reserved, and returns that with changes. Default: no changes.</summary>
    public Func<Spending, ChatOptions?, Spending>? Describe { get; init; }
}
