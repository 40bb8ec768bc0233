using System.CommandLine;
using System.Globalization;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion budgets</c></summary>
internal sealed class BudgetsCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public BudgetsCommand(Terminal terminal, Connection connection)
        : base(name: "budgets", "Show what may be spent of requests, tokens and money, and what is; change it while all runs")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateShowCommand());
        Add(CreateSetCommand());
        Add(CreateUnsetCommand());
    }

    private static Argument<string> NameArgument() => new("budget") { Description = "model:NAME, provider:NAME, tenant:NAME, tier:NAME, each with * for all without one of their own, or all" };

    private static Option<string?> ReasonOption() => new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };

    private static string Path(string budget) => $"budgets/{ApiClient.Segment(budget)}";

    private Command CreateListCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var list = new Command("list", "List the budgets with their limits, and what is spent of them") { json };
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            BudgetList budgets = await api.GetAsync("budgets", ApiJson.Wire.BudgetList, cancellationToken).ConfigureAwait(false);
            Write(budgets.Budgets, command.GetValue(json));
        }));
        return list;
    }

    private Command CreateShowCommand()
    {
        Argument<string> name = NameArgument();
        Option<bool> json = Listing.JsonOption();
        var show = new Command("show", "Show a budget, what is spent of it, and who has set it why") { name, json };
        show.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            BudgetView budget = await api.GetAsync(Path(command.GetRequiredValue(name)), ApiJson.Wire.BudgetView, cancellationToken).ConfigureAwait(false);
            Write([budget], command.GetValue(json));
            if (!command.GetValue(json))
            {
                _terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"At most {budget.MaxWaiting} calls of a process wait for room."));
                if (budget.DowngradeAt < 1)
                {
                    _terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"From {budget.DowngradeAt:0.##} of its money on it is kept for who has nothing cheaper to do."));
                }

                if (budget.SetSince is { } since)
                {
                    _terminal.WriteLine($"Set at {Listing.Time(since)} by {budget.By ?? "somebody"}: {budget.Reason ?? "no reason given"}.");
                }
            }
        }));
        return show;
    }

    private Command CreateSetCommand()
    {
        Argument<string> name = NameArgument();
        var limits = new Option<string[]>("--limit")
        {
            Description = "So many requests, tokens or so much money per second, minute, hour, day, month, total or hh:mm:ss, as '600 requests/minute'; may be given again",
            HelpName = "LIMIT",
            Required = true,
        };
        var maxWaiting = new Option<int?>("--max-waiting") { Description = "How many calls of a process may wait for room", HelpName = "N" };
        var downgradeAt = new Option<decimal?>("--downgrade-at") { Description = "From which share of its money on it is kept for who has nothing cheaper to do", HelpName = "SHARE" };
        Option<string?> reason = ReasonOption();
        Option<bool> json = Listing.JsonOption();
        var set = new Command("set", "Define a budget from now on, in all processes, whatever is configured") { name, limits, maxWaiting, downgradeAt, reason, json };
        set.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var request = new BudgetRequest(command.GetRequiredValue(limits))
            {
                MaxWaiting = command.GetValue(maxWaiting),
                DowngradeAt = command.GetValue(downgradeAt),
                By = Environment.UserName,
                Reason = command.GetValue(reason),
            };
            BudgetView budget = await api.PutAsync(
                Path(command.GetRequiredValue(name)), request, ApiJson.Wire.BudgetRequest, ApiJson.Wire.BudgetView, cancellationToken).ConfigureAwait(false);
            Write([budget], command.GetValue(json));
        }));
        return set;
    }

    private Command CreateUnsetCommand()
    {
        Argument<string> name = NameArgument();
        Option<string?> reason = ReasonOption();
        var unset = new Command("unset", "Take back how a budget was set: what is configured counts again, if anything is") { name, reason };
        unset.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string budget = command.GetRequiredValue(name);
            string why = command.GetValue(reason) is { } text ? $"&reason={ApiClient.Segment(text)}" : "";
            await api.DeleteAsync($"{Path(budget)}?by={ApiClient.Segment(Environment.UserName)}{why}", cancellationToken).ConfigureAwait(false);
            _terminal.WriteLine($"As it is configured again: {budget}.");
        }));
        return unset;
    }

    private void Write(IReadOnlyList<BudgetView> budgets, bool json)
    {
        if (json)
        {
            Listing.WriteJson(_terminal, budgets, ApiJson.Wire.BudgetView);
            return;
        }

        var table = new TextTable("BUDGET", "LIMIT", TextColumn.Number("SPENT"), TextColumn.Number("SHARE"), "SET BY");
        foreach (BudgetView budget in budgets)
        {
            foreach (BudgetLimitView limit in budget.Limits)
            {
                table.Add(
                    budget.Name,
                    limit.Limit,
                    limit.Used.ToString("0.######", CultureInfo.InvariantCulture),
                    string.Create(CultureInfo.InvariantCulture, $"{limit.Used / limit.Amount * 100:0} %"),
                    budget.SetSince is null ? "-" : budget.By ?? "somebody");
            }
        }

        table.WriteTo(_terminal);
    }
}
