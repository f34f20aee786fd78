// Commands that people regret, each the words of one: what a rule lets through is shown by the samples it lets through.
import { isNonEmpty, type Argv } from '../../domain/index.ts';
import { splitWords } from '../language/split-words.ts';

const lines = `
rm -rf /
rm -rf ~
git push --force
git push --mirror
git push --delete origin main
git reset --hard
git clean -fdx
git checkout -- .
git branch -D main
git stash drop
git config core.pager x
git config core.hooksPath x
git filter-branch --all
git fetch --upload-pack=x origin
git rebase --exec x
git bisect run x
kubectl delete namespace x
kubectl exec pod -- sh
kubectl apply -f x
kubectl drain node
kubectl get secrets -o yaml
kubectl config set-cluster x
helm uninstall x
docker run --privileged x
docker run -v /:/host x
docker exec x sh
docker system prune -af
docker volume rm x
docker rm -f x
npm publish
npm exec x
npm install x
npm config set script-shell x
npm run-script x
pnpm publish
pnpm dlx x
yarn publish
yarn dlx x
cargo publish
cargo install x
pip install x
uv run x
terraform destroy
terraform apply -auto-approve
aws s3 rm --recursive s3://x
aws iam create-access-key
gcloud compute instances delete x
gh repo delete x
gh pr merge x
gh secret set x
gh api --method DELETE x
find . -delete
find . -exec x ;
xargs x
tar --to-command=x -xf y
tar --checkpoint-action=exec=x -xf y
make SHELL=x
curl --output x y
curl --data @x y
wget --execute x
ssh host x
rsync --delete x y
chmod -R 777 /
chown -R x /
dd if=x of=/dev/sda
mkfs.ext4 /dev/sda
shutdown now
systemctl stop x
crontab -r
kill -9 -1
python3 -c x
node -e x
bash -c x
env x
sudo x
sed -i x y
awk 'BEGIN{system("x")}'
psql -c x
sqlite3 x 'delete from y'
`;

export const sampleCommands: readonly Argv[] = lines
  .trim()
  .split('\n')
  .flatMap((line) => {
    const words = splitWords(line) ?? [];
    return isNonEmpty(words) ? [words] : [];
  });

const byProgram = new Map<string, Argv[]>();
for (const argv of sampleCommands) byProgram.set(argv[0], [...(byProgram.get(argv[0]) ?? []), argv]);

/** Those of one program. */
export function samplesOf(program: string): readonly Argv[] {
  return byProgram.get(program) ?? [];
}
