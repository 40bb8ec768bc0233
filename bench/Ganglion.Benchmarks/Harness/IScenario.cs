namespace Ganglion.Benchmarks.Harness;

/// <summary>One of the figures to show: measures contenders side by side and says what is expected of them.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <summary>What is measured, in a sentence or two.</summary>
    string Description { get; }

    Task RunAsync(ScenarioRun run, CancellationToken cancellationToken);
}
