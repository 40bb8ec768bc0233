using Ganglion.Approvals;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalSettingsTests
{
    [Fact]
    public void A_file_says_what_code_does_not_and_the_configuration_has_the_last_word()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.yaml");
        File.WriteAllText(
            file,
            """
            claimExpiry: 00:30:00
            teams:
              finance: { members: [ maria, ben ], roles: finance-approver }
            queues:
              "finance.*":
                team: finance
                fourEyes: payout.requested
                remindAfter: 01:00:00
                defaultAfter: 2.00:00:00
                defaultAction: reject
            rules:
              - { name: toxic, queue: moderation, score: toxicity, above: 0.7 }
              - { name: legal, queue: legal.queries, mentions: [ liability ], fourEyes: true }
            """);
        try
        {
            var options = new ApprovalOptions { ClaimExpiry = TimeSpan.FromMinutes(1) };
            options.Rules.Add(new ApprovalRule { Name = "toxic", Queue = "elsewhere" });

            Read(options, ("File", file), ("Teams:board:Members:0", "ines"), ("RequireAuthentication", "true")).ShouldBeEmpty();

            options.ClaimExpiry.ShouldBe(TimeSpan.FromMinutes(30));
            options.RequireAuthentication.ShouldBeTrue();
            options.Teams["finance"].Members.ShouldBe(["maria", "ben"]);
            options.Teams["finance"].Roles.ShouldBe(["finance-approver"]);
            options.Teams["board"].Members.ShouldBe(["ines"]);
            ApprovalQueueOptions queue = options.Of("finance.queries");
            (queue.Team, queue.RemindAfter, queue.DefaultAction).ShouldBe(("finance", TimeSpan.FromHours(1), ApprovalDefault.Reject));
            queue.FourEyes.ShouldBe(["payout.requested"]);
            options.Rules.Select(rule => (rule.Name, rule.Queue, rule.Above, rule.FourEyes)).ShouldBe([("toxic", "moderation", 0.7, false), ("legal", "legal.queries", null, true)]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Whatever_is_wrong_is_told_together()
    {
        var options = new ApprovalOptions();

        List<string> faults = Read(
            options,
            ("Queues:a:Team", "nobody"),
            ("Queues:a:EscalateAfter", "01:00:00"),
            ("Queues:b:DefaultAction", "approve"),
            ("Queues:b:FourEyes:0", "*"),
            ("Queues:c:DefaultAction", "perhaps"),
            ("Queues:d:Colour", "red"),
            ("Rules:0:Name", "x"),
            ("Rules:0:Queue", "not a queue"),
            ("Rules:0:Score", "toxicity"),
            ("MaxListedDecided", "-1"));

        faults.Count.ShouldBe(9);
        foreach (string part in (string[])["'nobody'", "EscalateAfter and EscalateTo", "nothing says when", "two people", "'perhaps'", "Colour means nothing", "'not a queue'", "Above or Below", "MaxListedDecided"])
        {
            faults.ShouldContain(fault => fault.Contains(part, StringComparison.Ordinal), part);
        }
    }

    [Theory]
    [InlineData("finance.queries", "exact")]
    [InlineData("finance.other", "finance")]
    [InlineData("legal.queries", "all")]
    public void The_settings_that_fit_a_queue_best_count(string queue, string team)
    {
        var options = new ApprovalOptions();
        options.Queues["*"] = new ApprovalQueueOptions { Team = "all" };
        options.Queues["finance.*"] = new ApprovalQueueOptions { Team = "finance" };
        options.Queues["finance.queries"] = new ApprovalQueueOptions { Team = "exact" };

        options.Of(queue).Team.ShouldBe(team);
    }

    private static List<string> Read(ApprovalOptions options, params (string Key, string Value)[] settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Ganglion:Approvals:{one.Key}", (string?)one.Value)))
            .Build();
        var faults = new List<string>();
        ApprovalSettings.Read(configuration.GetSection("Ganglion:Approvals"), options, faults);
        options.Validate(faults);
        return faults;
    }
}
