using System.Globalization;
using System.Text;
using Ganglion.Teams;
using ResearchTeam.Messages;

namespace ResearchTeam.Terminal;

/// <summary>Writes what happens for people. What models say cannot act on the terminal.</summary>
internal sealed class TextTimeline : ITimeline
{
    private const int MostOfResult = 160;

    // What of the answer is on the screen.
    private readonly StringBuilder _shown = new();

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
            case AnswerPart { Name: not null }:
                EndAnswer();
                Console.WriteLine();
                break;
            case AnswerPart { Text: { } text }:
                Console.Write(Safe(text));
                _shown.Append(text);
                break;
            case FinalOutput output:
                ShowRest(output.Answer);
                foreach (string missing in output.Missing)
                {
                    Write($"  missing: {missing}");
                }

                break;
        }
    }

    public void Show(string remark) => Write(remark);

    // Parts of the answer may come after it: they are on another topic.
    private void ShowRest(string answer)
    {
        string shown = _shown.ToString();
        if (!answer.StartsWith(shown, StringComparison.Ordinal))
        {
            EndAnswer();
            shown = "";
        }

        Console.WriteLine(Safe(answer[shown.Length..]));
        _shown.Clear();
    }

    // What was shown is void: the model is asked again.
    private void EndAnswer()
    {
        if (_shown.Length > 0)
        {
            Console.WriteLine("…");
            _shown.Clear();
        }
    }

    public void Ask(string question) => Console.Write(question);

    private static void Write(string line) => Console.WriteLine(Safe(line).ReplaceLineEndings(" "));

    private static string Safe(string text) => string.Concat(text.Select(character => character != '\n' && IsUnsafe(character) ? '·' : character));

    private static string Shortened(string text) => text.Length <= MostOfResult ? text : $"{text.AsSpan(0, MostOfResult)}…";

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
