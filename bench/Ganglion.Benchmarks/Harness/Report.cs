using System.Globalization;
using System.Text;

namespace Ganglion.Benchmarks.Harness;

/// <summary>The results as Markdown, which reads well enough on a terminal too.</summary>
internal sealed class Report
{
    private readonly StringBuilder _text = new();

    public Report(Settings settings)
    {
        Line($"# Benchmarks, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
        Line();
        foreach ((string what, string value) in Machine.Describe(settings.Folder))
        {
            Line($"- {what}: {value}");
        }

        Line(string.Create(CultureInfo.InvariantCulture, $"- Rounds: {settings.Rounds}, in turns; medians{(settings.Scale < 1 ? $"; at {settings.Scale:P0} of the full work" : "")}"));
    }

    /// <summary>Whether every expectation was met so far.</summary>
    public bool AllMet { get; private set; } = true;

    public void Add(IScenario scenario, ScenarioRun run)
    {
        AllMet &= run.Verdicts.All(static verdict => verdict.Met);
        Line();
        Line($"## {scenario.Name}");
        Line();
        Line(scenario.Description);
        Table(["what", "median", "lowest", "highest"], run.Figures.Select(static figure => (string[])
            [figure.Name, figure.Unit.Show(figure.Median), figure.Unit.Show(figure.Min), figure.Unit.Show(figure.Max)]));
        Table(["expected", "limit", "measured", "met"], run.Verdicts.Select(static verdict => (string[])
            [verdict.Claim, verdict.Expected, verdict.Measured, verdict.Met ? "yes" : "**no**"]));
    }

    public override string ToString() => _text.ToString();

    private void Table(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        if (all.Length == 1)
        {
            return;
        }

        int[] widths = [.. Enumerable.Range(0, head.Length).Select(column => all.Max(row => row[column].Length))];
        Line();
        Row(all[0]);
        Line("|" + string.Concat(widths.Select(static (width, column) => (column == 0 ? "-" + new string('-', width + 1) : new string('-', width + 1) + ":") + "|")));
        foreach (string[] row in all[1..])
        {
            Row(row);
        }

        void Row(string[] cells) => Line("|" + string.Concat(cells.Select((cell, column) =>
            $" {(column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))} |")));
    }

    private void Line(string text = "") => _text.Append(text).Append('\n');
}
