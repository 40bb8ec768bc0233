using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task Middleware_is_among_the_steps_with_the_agent_that_has_it_for_itself()
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddGanglion(ganglion => ganglion
            .AddMiddleware<OfHost>()
            .AddAgent("billing", agent => agent.On("orders", (CloudEvent _) => { }), options => options.AddMiddleware<OfAgent>())));

        JsonElement[] steps = [.. (await host.GetJsonAsync("/pipeline")).GetProperty("steps").EnumerateArray()];

        int handle = Array.FindIndex(steps, step => step.GetProperty("name").GetString() == "handle");
        steps[handle - 2].GetRawText().ShouldBe("""{"name":"OfHost","description":"Runs middleware before 'handle', around what follows."}""");
        steps[handle - 1].GetRawText().ShouldBe("""{"name":"OfAgent","description":"Runs middleware before 'handle', around what follows.","agent":"billing"}""");
    }

    private sealed class OfHost : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => next();
    }

    private sealed class OfAgent : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => next();
    }
}
