using System.Text.Json.Nodes;

namespace EndToEnd.Marketing;

/// <summary>One run of the marketing assistant as it comes, at which several tests look.</summary>
public sealed class MarketingRunFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal MarketingOutcome Outcome => new(_folder.Data);

    /// <summary>What was said beside the timeline.</summary>
    internal string Said { get; private set; } = "";

    internal IReadOnlyList<JsonNode> Timeline { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await using var sample = SampleProcess.StartMarketing(_folder.Data, [], "--json");
        (int exitCode, IReadOnlyList<string> lines) = await sample.WaitForExitAsync();
        exitCode.ShouldBe(0, sample.Errors);
        Said = sample.Errors;
        Timeline = [.. lines.Select(line => JsonNode.Parse(line)!)];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }
}
