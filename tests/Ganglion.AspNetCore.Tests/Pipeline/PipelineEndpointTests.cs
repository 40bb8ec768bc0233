using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Pipeline;

public sealed class PipelineEndpointTests
{
    [Fact]
    public async Task The_steps_of_the_pipeline_are_told_in_order_each_with_what_it_does()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement steps = (await host.GetJsonAsync("/pipeline")).GetProperty("steps");

        steps[0].GetProperty("name").GetString().ShouldBe("decode");
        steps.EnumerateArray().ShouldAllBe(step => step.GetProperty("description").GetString()!.EndsWith('.'));
    }
}
