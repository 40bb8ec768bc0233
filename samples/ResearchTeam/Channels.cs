namespace ResearchTeam;

internal static class Channels
{
    /// <summary>What people ask: <see cref="Messages.UserPrompt"/>.</summary>
    public const string Prompts = "user_prompts_topic";

    /// <summary>What the channels of tasks begin with: whoever reads one, and has the capability of <see cref="Team.Capability"/>, is in the team.</summary>
    public const string TaskPrefix = "agent_tasks_";

    /// <summary>What the researcher is to do: <see cref="Messages.AgentTask"/>.</summary>
    public const string ResearcherTasks = TaskPrefix + "researcher";

    /// <summary>What the writer is to do.</summary>
    public const string WriterTasks = TaskPrefix + "writer";

    /// <summary>What has come of tasks: <see cref="Messages.TaskResult"/>.</summary>
    public const string Results = "agent_results_topic";

    /// <summary>What the master is going to let do: <see cref="Messages.PlanMade"/>.</summary>
    public const string Plans = "agent_plans_topic";

    /// <summary>Plans that wait for a person, and what that person says: <see cref="Messages.PlanReview"/>.</summary>
    public const string PlansToApprove = "agent_plans_topic.pending_approval";

    /// <summary>Decisions about plans.</summary>
    public const string PlansDecided = "agent_plans_topic.decided";

    /// <summary>The answers: <see cref="Messages.FinalOutput"/>.</summary>
    public const string Answers = "final_output_topic";

    /// <summary>Answers while they are made.</summary>
    public const string AnswerStream = Answers + ".stream";

    /// <summary>All that a timeline shows.</summary>
    public static readonly string[] Shown = [Prompts, Plans, PlansToApprove, Results, AnswerStream, Answers];
}
