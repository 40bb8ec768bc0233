using Ganglion.AspNetCore.Requests;
using Ganglion.Runtime;

namespace Ganglion.AspNetCore.Pipeline;

/// <summary>Shows the steps by which an agent's event is handled.</summary>
internal static class PipelineEndpoint
{
    public static void Map(ApiRoutes routes) => routes.Resource("/pipeline").Get(static request => request.WriteJsonAsync(
        new PipelineView([.. AgentPipeline.Steps.Select(step => new PipelineStepView(step.Name, step.Description))]),
        ApiJson.Wire.PipelineView));
}
