namespace EndToEnd.Marketing;

/// <summary>The marketing assistant as it comes: eight leads, of which four are written to.</summary>
public sealed class MarketingRunTests(MarketingRunFixture run) : IClassFixture<MarketingRunFixture>
{
    private static readonly string[] Cleaned = ["L-1", "L-2", "L-3", "L-6", "L-7", "L-8"];
    private static readonly string[] Compliant = ["L-1", "L-2", "L-3", "L-6", "L-8"];
    private static readonly string[] Approved = ["L-1", "L-2", "L-6", "L-8"];

    [Fact]
    public async Task Each_topic_holds_the_leads_that_have_come_so_far()
    {
        Dictionary<string, string[]> leads = await run.Outcome.ReadLeadsAsync([.. MarketingOutcome.Way, "lead.flagged", "pitch.flagged"]);

        leads["lead.new"].ShouldBe(["L-1", "L-2", "L-3", "L-4", "L-5", "L-6", "L-7", "L-8"]);
        leads["lead.flagged"].ShouldBe(["L-4", "L-5"]);
        leads["pitch.flagged"].ShouldBe(["L-7"]);
        (string Topic, string[] Leads)[] way =
        [
            ("lead.cleaned", Cleaned), ("pitch.generated", Cleaned),
            ("pitch.compliant", Compliant), ("pitch.analyzed", Compliant), ("availability.checked", Compliant), ("message.ready", Compliant),
            ("message.pending_approval", Compliant),
            ("message.approved", Approved), ("notifications.sales", Approved), ("email.send", Approved), ("crm.sync", Approved),
        ];
        way.ShouldAllBe(one => leads[one.Topic].SequenceEqual(one.Leads));
    }

    [Fact]
    public void What_is_stopped_is_stopped_for_a_reason_that_is_told()
    {
        NoteOf("lead.flagged", "L-4").ShouldBe("prompt-injection");
        NoteOf("lead.flagged", "L-5").ShouldBe("there is no address to answer to");
        NoteOf("pitch.flagged", "L-7").ShouldBe("promises that nobody may make");
        run.Timeline.Single(one => $"{one["name"]}" == "approval.rejected")["data"]!["reason"]!.ToString().ShouldBe("sold out: sales calls instead");
    }

    [Fact]
    public void What_goes_out_is_what_guards_and_moderator_have_made_of_it()
    {
        EmailTo("ben@okafor.example").Text.ShouldContain("discount of 10 %");
        EmailTo("dilek@aydin.example").Text.ShouldContain("other makers");
        run.Outcome.Emails.ShouldAllBe(email => !email.Text.Contains("30 %") && !email.Text.Contains("VeloMax") && !email.Text.Contains("4111"));
    }

    [Fact]
    public void Whatever_somebody_calls_himself_it_is_no_header_of_an_email_and_no_formula_in_the_crm()
    {
        EmailTo("eve@elsewhere.example").Headers.Where(line => !line.StartsWith(' ')).Select(line => line.Split(':')[0])
            .ShouldBe(["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]);
        run.Outcome.Crm.ShouldContain("""L-8,"'=HYPERLINK(""http://elsewhere.example"")""");
        run.Outcome.Crm.ShouldContain(",'@Elsewhere,");
    }

    [Fact]
    public void Each_that_was_approved_is_with_all_three_once()
    {
        run.Outcome.Emails.Count.ShouldBe(Approved.Length);
        run.Outcome.Notices.Select(notice => $"{notice["lead_id"]}").Order().ShouldBe(Approved);
        run.Outcome.Crm.Split("\r\n").Where(line => line.StartsWith("L-", StringComparison.Ordinal)).Select(line => line.Split(',')[0]).Order().ShouldBe(Approved);
    }

    [Fact]
    public void It_says_that_its_model_is_a_script_and_how_it_came_out()
    {
        run.Said.ShouldStartWith("The model is a script");
        run.Said.TrimEnd().ShouldEndWith("8 leads: 4 written to, 3 stopped by guards, 1 rejected by the moderator, 0 parked.");
    }

    [Fact]
    public void The_timeline_follows_the_way()
    {
        string[] way =
        [
            "lead.new", "lead.cleaned", "pitch.generated", "pitch.compliant", "pitch.analyzed", "availability.checked", "message.ready", "message.pending_approval", "approval.requested", "approval.approved",
            "message.approved",
        ];
        foreach (string lead in Approved)
        {
            run.Timeline.Where(one => $"{one["lead_id"]}" == lead).Select(one => $"{one["name"]}").Where(way.Contains).ShouldBe(way, lead);
        }
    }

    private Email EmailTo(string address) => run.Outcome.Emails.Single(email => email.Headers.Contains($" <{address}>"));

    private string NoteOf(string topic, string lead) => run.Timeline.Single(one => $"{one["name"]}" == topic && $"{one["lead_id"]}" == lead)["note"]!.ToString();
}
