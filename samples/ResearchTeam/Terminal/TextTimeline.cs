using System.Globalization;
using Ganglion.Teams;
using ResearchTeam.Messages;

namespace ResearchTeam.Terminal;

/// <summary>Writes what happens for people. What models say cannot act on the terminal.</summary>
internal sealed class TextTimeline : ITimeline
{
    private const int MostOfResult = 160;

    public void Show(TeamEvent one)
    {
        switch (one.Data)
        {
            case PlanMade plan:
                Show(one.Topic == Channels.PlansToApprove ? "plan, to be approved" : plan.Round == 1 ? "plan" : "new plan");
                foreach (PlannedTask task in plan.Tasks)
                {
                    Write($"  {task.Id}  {task.Agent}: {task.Task}{(task.DependsOn.Count == 0 ? "" : $" (after {string.Join(", ", task.DependsOn)})")}");
                }

                break;
            case TaskResult result:
                Write($"{(result.Succeeded ? "done" : "failed")}  {result.TaskId}  {result.Agent}: {Shortened(result.Text)}");
                break;
            case FinalOutput output:
                Write("");
                WriteLines(output.Answer);
                foreach (string missing in output.Missing)
                {
                    Write($"  missing: {missing}");
                }

                break;
        }
    }

    public void Show(string remark) => Write(remark);

    public void Ask(string question) => Console.Write(question);

    private static void WriteLines(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            Write(line);
        }
    }

    private static void Write(string line) => Console.WriteLine(string.Concat(line.Select(character => IsUnsafe(character) ? '·' : character)));

    private static string Shortened(string text) => text.Length <= MostOfResult ? text : $"{text.AsSpan(0, MostOfResult)}…";

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
