using System.Diagnostics.CodeAnalysis;
using Ganglion.AspNetCore;
using Ganglion.AspNetCore.Approvals;
using Ganglion.AspNetCore.DeadLetters;
using Ganglion.AspNetCore.Events;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Health;
using Ganglion.AspNetCore.OpenApi;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Pipeline;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.States;
using Ganglion.AspNetCore.Supervision;
using Ganglion.AspNetCore.Topics;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts Ganglion's HTTP API into an application.</summary>
public static class GanglionEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the HTTP API: topics, events, records, groups, dead letters, the state of agents, pauses, approvals, routes, guards and its own OpenAPI document below
    /// <paramref name="prefix"/>, and
    /// <c>/healthz</c> and <c>/readyz</c> beside it. It serves the <see cref="Ganglion.Brokers.IEventBroker"/> of the application's
    /// services.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">What the paths of the resources begin with, such as <c>/api</c>; empty by default.</param>
    /// <param name="configure">Changes what the API accepts.</param>
    /// <returns>Takes conventions, such as authorisation, for everything but the two health endpoints.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message has all faults.</exception>
    public static IEndpointConventionBuilder MapGanglion(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "", Action<GanglionApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);

        var options = new GanglionApiOptions();
        configure?.Invoke(options);
        GanglionApiRules.Check(options);
        var api = new Api(options, endpoints.ServiceProvider);

        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        var routes = new ApiRoutes(api, group);
        TopicEndpoints.Map(routes);
        EventEndpoints.Map(routes);
        RecordEndpoints.Map(routes);
        GroupEndpoints.Map(routes);
        DeadLetterEndpoints.Map(routes);
        StateEndpoints.Map(routes);
        PipelineEndpoint.Map(routes);
        SupervisionEndpoint.Map(routes);
        PauseEndpoints.Map(routes);
        BudgetEndpoints.Map(routes);
        ApprovalEndpoints.Map(routes);
        RouteEndpoints.Map(routes);
        GuardEndpoints.Map(routes);
        OpenApiEndpoint.Map(routes);
        routes.MapUnknown(everywhere: prefix.Length > 0 || options.AnswerUnknownPaths);

        HealthEndpoints.Map(new ApiRoutes(api, endpoints));
        return group;
    }
}
