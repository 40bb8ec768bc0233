using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Pipeline;

/// <summary>Shows the steps by which an agent's event is handled.</summary>
internal static class PipelineEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Resource("/pipeline").Get(static request => request.WriteJsonAsync(
        new PipelineView([.. request.Api.PipelineSteps.Select(step => new PipelineStepView(step.Name, step.Description) { Agent = step.Agent?.Name })]),
        ApiJson.Wire.PipelineView));
}
