namespace Ganglion.Agents;

/// <summary>A place among the steps that every event takes, beside one of <see cref="PipelineSteps"/>.</summary>
public readonly record struct PipelinePlace
{
    private PipelinePlace(string step, bool isBefore)
    {
        ArgumentNullException.ThrowIfNull(step);
        Step = step;
        IsBefore = isBefore;
    }

    /// <summary>The step.</summary>
    public string Step { get; }

    /// <summary>Whether the place is before the step, rather than after it.</summary>
    public bool IsBefore { get; }

    /// <summary>Before a step, and after whatever is placed there already.</summary>
    /// <param name="step">One of <see cref="PipelineSteps"/>.</param>
    public static PipelinePlace Before(string step) => new(step, isBefore: true);

    /// <summary>After a step, and after whatever is placed there already.</summary>
    /// <param name="step">One of <see cref="PipelineSteps"/>.</param>
    public static PipelinePlace After(string step) => new(step, isBefore: false);

    /// <summary>Such as <c>before 'handle'</c>.</summary>
    public override string ToString() => $"{(IsBefore ? "before" : "after")} '{Step}'";
}
