"""Own rules about CloudFormation templates: what cfn-lint lets pass. `rules.RULES` is the table."""
