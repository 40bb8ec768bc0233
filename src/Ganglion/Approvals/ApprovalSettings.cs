using System.Text.Json;
using Ganglion.Configuring;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Approvals;

/// <summary>Reads options of approvals from a file, JSON or YAML, and from a section of the configuration, which comes after it.</summary>
internal static class ApprovalSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Reads what is there into options.</summary>
    /// <param name="section">The section; it may name the file.</param>
    /// <param name="options">Get the values: queues, teams and rules of a name replace what there was of that name.</param>
    /// <param name="faults">Gets what cannot be understood.</param>
    public static void Read(IConfigurationSection? section, ApprovalOptions options, List<string> faults)
    {
        options.File = section?["File"] ?? options.File;
        if (options.File is { } file)
        {
            int before = faults.Count;
            JsonElement settings = SettingsFile.Read(file, faults);
            if (faults.Count == before)
            {
                Fill(new SettingsReader(file, settings, faults), options);
            }
        }

        if (section?.Exists() is true)
        {
            Fill(new SettingsReader(section.Path, SettingsSection.Read(section), faults), options);
        }
    }

    private static void Fill(SettingsReader settings, ApprovalOptions options)
    {
        _ = settings.Has(nameof(options.File));
        options.ClaimExpiry = Time(settings, nameof(options.ClaimExpiry)) ?? options.ClaimExpiry;
        options.KeepDecided = Time(settings, nameof(options.KeepDecided)) ?? options.KeepDecided;
        options.MaxListedDecided = settings.Count(nameof(options.MaxListedDecided), 0, 1_000_000) ?? options.MaxListedDecided;
        options.RequireAuthentication = Flag(settings, nameof(options.RequireAuthentication)) ?? options.RequireAuthentication;
        foreach ((SettingsReader team, string name) in Within(settings, nameof(options.Teams)))
        {
            options.Teams[name] = new ApprovalTeam { Members = [.. team.Texts(nameof(ApprovalTeam.Members))], Roles = [.. team.Texts(nameof(ApprovalTeam.Roles))] };
            team.End();
        }

        foreach ((SettingsReader queue, string name) in Within(settings, nameof(options.Queues)))
        {
            options.Queues[name] = QueueOf(queue);
            queue.End();
        }

        foreach (SettingsReader rule in settings.Objects(nameof(options.Rules)))
        {
            Replace(options.Rules, RuleOf(rule));
            rule.End();
        }

        settings.End();
    }

    private static ApprovalQueueOptions QueueOf(SettingsReader queue) => new()
    {
        Team = queue.Text(nameof(ApprovalQueueOptions.Team)),
        FourEyes = [.. queue.Texts(nameof(ApprovalQueueOptions.FourEyes))],
        RemindAfter = Time(queue, nameof(ApprovalQueueOptions.RemindAfter)),
        EscalateAfter = Time(queue, nameof(ApprovalQueueOptions.EscalateAfter)),
        EscalateTo = queue.Text(nameof(ApprovalQueueOptions.EscalateTo)),
        DefaultAfter = Time(queue, nameof(ApprovalQueueOptions.DefaultAfter)),
        DefaultAction = queue.Choice(nameof(ApprovalQueueOptions.DefaultAction), Enum.GetNames<ApprovalDefault>()) is { } action
            ? Enum.Parse<ApprovalDefault>(action)
            : ApprovalDefault.Keep,
        ClaimExpiry = Time(queue, nameof(ApprovalQueueOptions.ClaimExpiry)),
    };

    private static ApprovalRule RuleOf(SettingsReader rule) => new()
    {
        Name = rule.RequiredText(nameof(ApprovalRule.Name)),
        Queue = rule.RequiredText(nameof(ApprovalRule.Queue)),
        Reason = rule.Text(nameof(ApprovalRule.Reason)),
        Channels = [.. rule.Texts(nameof(ApprovalRule.Channels))],
        Types = [.. rule.Texts(nameof(ApprovalRule.Types))],
        Score = rule.Text(nameof(ApprovalRule.Score)),
        Path = rule.Text(nameof(ApprovalRule.Path)),
        Above = rule.Number(nameof(ApprovalRule.Above), double.MinValue, double.MaxValue),
        Below = rule.Number(nameof(ApprovalRule.Below), double.MinValue, double.MaxValue),
        Mentions = [.. rule.Texts(nameof(ApprovalRule.Mentions))],
        Sample = rule.Number(nameof(ApprovalRule.Sample), 0, 1),
        FourEyes = Flag(rule, nameof(ApprovalRule.FourEyes)) ?? false,
    };

    private static void Replace(IList<ApprovalRule> rules, ApprovalRule rule)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i].Name == rule.Name)
            {
                rules[i] = rule;
                return;
            }
        }

        rules.Add(rule);
    }

    private static IEnumerable<(SettingsReader Settings, string Name)> Within(SettingsReader settings, string name) =>
        settings.Members(name).Select(member => (new SettingsReader($"{settings.Path}:{name}", default, settings.Faults).Within(member.Name, member.Value), member.Name));

    private static TimeSpan? Time(SettingsReader settings, string name) => settings.Time(name, TimeSpan.FromMilliseconds(1), Longest);

    private static bool? Flag(SettingsReader settings, string name) =>
        settings.Choice(name, "true", "false") is { } flag ? flag == "true" : null;
}
