using Ganglion.Agents;
using Ganglion.Hosting;

namespace Architecture;

/// <summary>The code of docs/middleware.md, compiled.</summary>
internal static class MiddlewareExample
{
    public const string Path = "tests/Architecture/MiddlewareExample.cs";

    public static void Configure(GanglionBuilder ganglion) => ganglion
        .AddMiddleware<TenantMiddleware>()
        .AddAgent<Billing>(options => options.AddMiddleware<AuditMiddleware>(PipelinePlace.After(PipelineSteps.Handle)));

    public sealed class TenantMiddleware(Tenant tenant) : IAgentMiddleware
    {
        public async Task InvokeAsync(MiddlewareContext context, Func<Task> next)
        {
            tenant.Name = context.Event.Source;
            if (!context.IsResumed && tenant.IsClosed)
            {
                return;
            }

            await next();
        }
    }

    public sealed class AuditMiddleware : IAgentMiddleware
    {
        public Task InvokeAsync(MiddlewareContext context, Func<Task> next) => next();
    }

    public sealed class Tenant
    {
        public string? Name { get; set; }

        public bool IsClosed => Name is null;
    }

    [Agent("billing")]
    public sealed class Billing : Agent
    {
        [On("orders")]
        public static void Bill(AgentContext context) => context.ClearState();
    }
}
