using System.Diagnostics.Metrics;
using Ganglion.Agents;
using Ganglion.Brokers;
using Ganglion.Budgets;
using Ganglion.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Hosting;

/// <summary>Makes the budgets of a host, of what code and configuration say.</summary>
internal static class BudgetsFactory
{
    private const string Section = "Ganglion:Budgets";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static BudgetCatalog CreateCatalog(IServiceProvider services) => new(
        Define(services.GetServices<Action<BudgetsOptions>>(), services.GetService<IConfiguration>()),
        services.GetRequiredService<IEventBroker>(),
        services.GetRequiredService<AgentStates>(),
        ApplicationSource.Of(services),
        services.GetRequiredService<TimeProvider>(),
        LoggerOf<BudgetCatalog>(services));

    public static SharedBudgets Create(IServiceProvider services)
    {
        BudgetCatalog catalog = services.GetRequiredService<BudgetCatalog>();
        IAgentRuntime runtime = services.GetRequiredService<IAgentRuntime>();
        var lessee = new Lessee(
            catalog.Find,
            async (budget, request, cancellationToken) => await runtime.SendMessageAsync<LeaseAnswer>(
                request, new AgentId(new AgentType(BudgetAgent.Name), budget), BudgetAgent.Request, Patience, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The budget's answer is empty."),
            new BudgetMetrics(services.GetService<IMeterFactory>()),
            services.GetRequiredService<TimeProvider>(),
            LoggerOf<Lessee>(services));
        return new SharedBudgets(catalog, lessee);
    }

    /// <summary>The budgets that code and configuration define.</summary>
    /// <exception cref="BudgetException">Anything is wrong; the message has all of it.</exception>
    internal static IReadOnlyDictionary<string, BudgetDefinition> Define(IEnumerable<Action<BudgetsOptions>> code, IConfiguration? configuration)
    {
        var options = new BudgetsOptions();
        foreach (Action<BudgetsOptions> define in code)
        {
            define(options);
        }

        var faults = new List<string>();
        foreach (BudgetDefinition budget in options.Budgets.Values)
        {
            budget.Validate($"The budget '{budget.Name}'", faults);
        }

        if (configuration is not null)
        {
            foreach ((string name, IConfigurationSection section) in NamedSections.In(configuration.GetSection(Section)))
            {
                Configure(name, section, options, faults);
            }
        }

        return faults.Count == 0 ? options.Budgets : throw new BudgetException(BudgetException.Malformed, string.Join(' ', faults));
    }

    private static void Configure(string name, IConfigurationSection section, BudgetsOptions options, List<string> faults)
    {
        var configured = new BudgetSection();
        OptionsBinding.Bind(section, configured, faults);
        BudgetDefinition known = options.Budgets.GetValueOrDefault(name) ?? new BudgetDefinition(name, []);
        var budget = new BudgetDefinition(name, configured.Limits is { } limits ? ParseLimits(section.Path, limits, faults) : known.Limits)
        {
            MaxWaiting = configured.MaxWaiting ?? known.MaxWaiting,
            DowngradeAt = configured.DowngradeAt ?? known.DowngradeAt,
        };
        budget.Validate(section.Path, faults);
        options.Add(budget);
    }

    private static List<BudgetLimit> ParseLimits(string path, string text, List<string> faults)
    {
        var limits = new List<BudgetLimit>();
        foreach (string one in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                limits.Add(BudgetLimit.Parse(one));
            }
            catch (FormatException exception)
            {
                faults.Add($"{path}:{nameof(BudgetSection.Limits)}: {exception.Message}");
            }
        }

        return limits;
    }

    private static UnfailingLogger LoggerOf<T>(IServiceProvider services) =>
        new((services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>());

    /// <summary>What the configuration can say of a budget.</summary>
    internal sealed record BudgetSection
    {
        public string? Limits { get; init; }

        public int? MaxWaiting { get; init; }

        public decimal? DowngradeAt { get; init; }
    }
}
